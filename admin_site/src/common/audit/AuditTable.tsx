import { Table, TableBody, TableCell, TableHead, TableRow, Typography, Link as TextLink } from "@mui/material";
import { DataTable, useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import type { AuditEntry } from "../../api/types";
import { useFormats } from "../../i18n/formats";
import { differences } from "./differences";

/** Audit entries; an expanded row shows the changed fields before and after. */
export function AuditTable() {
  const { precise } = useFormats();
  const translate = useTranslate();
  return (
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
      <DataTable.Col<AuditEntry> source="kind" disableSort render={(entry) => translate(`audit_kind.${entry.kind}`)} />
      <DataTable.Col<AuditEntry> source="key" disableSort render={(entry) => <Subject entry={entry} />} />
    </DataTable>
  );
}

function Subject({ entry }: { entry: AuditEntry }) {
  if (["tag", "test_send", "job"].includes(entry.kind) || entry.action === "delete") return <>{entry.key}</>;
  const page = entry.kind === "mailing" ? `/mailing/${entry.key}/show` : `/client/${entry.key}/show`;
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
