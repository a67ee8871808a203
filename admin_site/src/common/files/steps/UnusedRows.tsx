import { Button, Table, TableBody, TableCell, TableContainer, TableHead, TableRow, Typography } from "@mui/material";
import Papa from "papaparse";
import { useTranslate } from "react-admin";
import type { OverriddenRow, RefusedRow } from "../../../api/types";
import { download } from "../download";
import { useFormats } from "../../../i18n/formats";
import { fieldLabel, usePhrases } from "../../../i18n/phrases";

const ROWS_SHOWN = 200;

/** Table of the refused rows of an import, with a button that saves all of them. */
export function RefusedRows({ refused }: { refused: readonly RefusedRow[] }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const { problem } = usePhrases();
  const reasonOf = ({ code, params, reason }: RefusedRow) => problem({ code, params, text: reason });
  const save = () => {
    const rows = refused.map((row) => ({ line: row.line, field: row.field, reason: reasonOf(row) }));
    download("refused.csv", "text/csv;charset=utf-8", [Papa.unparse(rows, { newline: "\n", escapeFormulae: true })]);
  };
  return (
    <>
      <RowTable
        columns={["line", "field", "reason"]}
        rows={refused}
        cellsOf={(row) => [number(row.line), fieldLabel(translate, [row.field]), reasonOf(row)]}
      />
      <Button onClick={save} sx={{ alignSelf: "flex-start" }}>
        {translate("file.save_refused")}
      </Button>
    </>
  );
}

/** Table of the rows that a later row with the same phone overrides. */
export function OverriddenRows({ overridden }: { overridden: readonly OverriddenRow[] }) {
  const translate = useTranslate();
  const { number } = useFormats();
  return (
    <>
      <Typography>{translate("file.overridden_help")}</Typography>
      <RowTable
        columns={["line", "phone", "by_line"]}
        rows={overridden}
        cellsOf={(row) => [number(row.line), row.phone, number(row.by_line)]}
      />
    </>
  );
}

interface RowTableProps<Row> {
  columns: readonly string[];
  rows: readonly Row[];
  cellsOf: (row: Row) => string[];
}

function RowTable<Row extends { line: number }>({ columns, rows, cellsOf }: RowTableProps<Row>) {
  const translate = useTranslate();
  const { number } = useFormats();
  return (
    <>
      <TableContainer sx={{ maxHeight: 320 }}>
        <Table size="small" stickyHeader>
          <TableHead>
            <TableRow>
              {columns.map((column) => (
                <TableCell key={column}>{translate(`file.${column}`)}</TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {rows.slice(0, ROWS_SHOWN).map((row) => (
              <TableRow key={row.line}>
                {cellsOf(row).map((cell, index) => (
                  <TableCell key={columns[index]}>{cell}</TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </TableContainer>
      {rows.length > ROWS_SHOWN && (
        <Typography variant="caption" color="textSecondary">
          {translate("file.rows_shown", { count: number(ROWS_SHOWN), total: number(rows.length) })}
        </Typography>
      )}
    </>
  );
}
