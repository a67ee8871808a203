import { Table, TableBody, TableCell, TableHead, TableRow, Typography, Link as TextLink } from "@mui/material";
import { DataTable, List, SelectInput, TextInput, useTranslate, DateTimeInput } from "react-admin";
import { Link } from "react-router-dom";
import type { AuditEntry } from "../../api/types";
import { CursorPagination } from "../../common/components/CursorPagination";
import { EmptyList } from "../../common/components/EmptyList";
import { en } from "../../i18n/en";
import { useFormats } from "../../i18n/formats";
import { differences } from "./differences";

const choicesOf = (vocabulary: "audit_kind" | "audit_action") =>
  Object.keys(en[vocabulary]).map((id) => ({ id, name: `${vocabulary}.${id}` }));

const toMoment = (value: string) => (value ? new Date(value).toISOString() : "");
const filters = [
  <SelectInput key="kind" source="kind" choices={choicesOf("audit_kind")} alwaysOn />,
  <TextInput key="key" source="key" alwaysOn resettable />,
  <SelectInput key="action" source="action" choices={choicesOf("audit_action")} alwaysOn />,
  <DateTimeInput key="since" source="since" parse={toMoment} alwaysOn />,
];

/** Audit log; an expanded row shows the changed fields before and after. */
export default function AuditList() {
  const { precise } = useFormats();
  const translate = useTranslate();
  return (
    <List
      filters={filters}
      sort={{ field: "id", order: "DESC" }}
      perPage={50}
      pagination={<CursorPagination />}
      exporter={false}
      empty={<EmptyList />}
    >
      <DataTable<AuditEntry>
        rowClick="expand"
        bulkActionButtons={false}
        expand={({ record }) => <Details entry={record} />}
      >
        <DataTable.Col<AuditEntry> source="at" disableSort render={(entry) => precise(entry.at)} />
        <DataTable.Col<AuditEntry> source="name" disableSort />
        <DataTable.Col<AuditEntry>
          source="action"
          disableSort
          render={(entry) => translate(`audit_action.${entry.action}`)}
        />
        <DataTable.Col<AuditEntry>
          source="kind"
          disableSort
          render={(entry) => translate(`audit_kind.${entry.kind}`)}
        />
        <DataTable.Col<AuditEntry> source="key" disableSort render={(entry) => <Subject entry={entry} />} />
      </DataTable>
    </List>
  );
}

function Subject({ entry }: { entry: AuditEntry }) {
  if (["tag", "test_send", "job"].includes(entry.kind) || entry.action === "delete") return <>{entry.key}</>;
  const page = entry.kind === "mailing" ? `/mailing/${entry.key}/show` : `/client/${entry.key}`;
  return (
    <TextLink component={Link} to={page} onClick={(event: React.MouseEvent) => event.stopPropagation()}>
      {entry.key}
    </TextLink>
  );
}

function Details({ entry }: { entry: AuditEntry }) {
  const translate = useTranslate();
  const rows = differences(entry.before, entry.after);
  if (rows.length === 0) return <Typography color="textSecondary">{translate("audit.no_details")}</Typography>;
  return (
    <Table size="small">
      <TableHead>
        <TableRow>
          <TableCell>{translate("audit.field")}</TableCell>
          <TableCell>{translate("audit.before")}</TableCell>
          <TableCell>{translate("audit.after")}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map(({ field, before, after }) => (
          <TableRow key={field}>
            <TableCell component="th" scope="row">
              {translate(`resources.${entry.kind}.fields.${field}`, { _: field })}
            </TableCell>
            <TableCell sx={{ overflowWrap: "anywhere" }}>{before}</TableCell>
            <TableCell sx={{ overflowWrap: "anywhere" }}>{after}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
