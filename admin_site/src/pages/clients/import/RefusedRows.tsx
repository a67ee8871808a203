import { Button, Table, TableBody, TableCell, TableContainer, TableHead, TableRow, Typography } from "@mui/material";
import Papa from "papaparse";
import { useTranslate } from "react-admin";
import type { RefusedRow } from "../../../api/types";
import { download } from "../../../common/download";
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
      <TableContainer sx={{ maxHeight: 320 }}>
        <Table size="small" stickyHeader>
          <TableHead>
            <TableRow>
              <TableCell>{translate("client.import.line")}</TableCell>
              <TableCell>{translate("client.import.field")}</TableCell>
              <TableCell>{translate("client.import.reason")}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {refused.slice(0, ROWS_SHOWN).map((row) => (
              <TableRow key={row.line}>
                <TableCell>{number(row.line)}</TableCell>
                <TableCell>{fieldLabel(translate, [row.field])}</TableCell>
                <TableCell>{reasonOf(row)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </TableContainer>
      {refused.length > ROWS_SHOWN && (
        <Typography variant="caption" color="textSecondary">
          {translate("client.import.refused_shown", { count: number(ROWS_SHOWN), total: number(refused.length) })}
        </Typography>
      )}
      <Button onClick={save} sx={{ alignSelf: "flex-start" }}>
        {translate("client.import.save_refused")}
      </Button>
    </>
  );
}
