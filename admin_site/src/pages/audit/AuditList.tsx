import { Table, TableBody, TableCell, TableHead, TableRow, Typography, Link as TextLink } from "@mui/material";
import { DataTable, List, SelectInput, TextInput, useTranslate, DateTimeInput } from "react-admin";
import { Link } from "react-router-dom";
import type { Change } from "../../api/types";
import { CursorPagination } from "../../common/components/CursorPagination";
import { EmptyList } from "../../common/components/EmptyList";
import { useFormats } from "../../i18n/formats";
import { differences } from "./differences";

const ACTIONS = ["create", "change", "delete", "import", "pause", "resume", "cancel", "retry", "resolve"];
const KINDS = ["client", "tag", "mailing"];

const toMoment = (value: string) => (value ? new Date(value).toISOString() : "");
const filters = [
  <SelectInput key="kind" source="kind" choices={KINDS.map((id) => ({ id, name: `audit.kind.${id}` }))} alwaysOn />,
  <TextInput key="key" source="key" alwaysOn resettable />,
  <SelectInput
    key="action"
    source="action"
    choices={ACTIONS.map((id) => ({ id, name: `audit.action.${id}` }))}
    alwaysOn
  />,
  <DateTimeInput key="since" source="since" parse={toMoment} alwaysOn />,
];

/** Who changed what and when; a row opens to show how it was and how it became. */
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
      <DataTable<Change>
        rowClick="expand"
        bulkActionButtons={false}
        expand={({ record }) => <Details change={record} />}
      >
        <DataTable.Col<Change> source="at" disableSort render={(change) => precise(change.at)} />
        <DataTable.Col<Change> source="name" disableSort />
        <DataTable.Col<Change>
          source="action"
          disableSort
          render={(change) => translate(`audit.action.${change.action}`)}
        />
        <DataTable.Col<Change> source="kind" disableSort render={(change) => translate(`audit.kind.${change.kind}`)} />
        <DataTable.Col<Change> source="key" disableSort render={(change) => <Subject change={change} />} />
      </DataTable>
    </List>
  );
}

function Subject({ change }: { change: Change }) {
  if (change.kind === "tag" || change.action === "delete") return <>{change.key}</>;
  const page = change.kind === "mailing" ? `/mailing/${change.key}/show` : `/client/${change.key}`;
  return (
    <TextLink component={Link} to={page} onClick={(event: React.MouseEvent) => event.stopPropagation()}>
      {change.key}
    </TextLink>
  );
}

function Details({ change }: { change: Change }) {
  const translate = useTranslate();
  const rows = differences(change.before, change.after);
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
              {translate(`resources.${change.kind}.fields.${field}`, { _: field })}
            </TableCell>
            <TableCell sx={{ overflowWrap: "anywhere" }}>{before}</TableCell>
            <TableCell sx={{ overflowWrap: "anywhere" }}>{after}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
