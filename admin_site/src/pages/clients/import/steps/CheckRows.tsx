import {
  Alert,
  Button,
  LinearProgress,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
} from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslate } from "react-admin";
import { useApi } from "../../../../api/ApiContext";
import type { ImportResult } from "../../../../api/types";
import type { Table as FileTable } from "../../../../common/files/table";
import { useFormats } from "../../../../i18n/formats";
import { usePhrases } from "../../../../i18n/phrases";
import { importChunk } from "../importChunk";
import { firstRows, rowsAsRead, type RowAsRead } from "../rowsAsRead";
import { CountryChoice } from "./CountryChoice";

const COLUMNS = [
  "file.line",
  "client.import.written",
  "resources.client.fields.phone",
  "resources.client.fields.timezone",
];

interface CheckRowsProps {
  file: string;
  table: FileTable;
  onImport: (country: string | undefined) => void;
  onAnother: () => void;
}

/** Choice of the country in whose way the file's phones are written, with ten rows as the service reads them. */
export function CheckRows({ file, table, onImport, onAnother }: CheckRowsProps) {
  const translate = useTranslate();
  const [country, setCountry] = useState<string>();
  const { data, error, isFetching } = useRowsAsRead(table, country);
  return (
    <Stack spacing={2}>
      <Typography variant="h6" component="h2">
        {file}
      </Typography>
      <CountryChoice country={country} onChange={setCountry} />
      <Typography>{translate("client.import.check.rows")}</Typography>
      {isFetching && <LinearProgress aria-label={translate("client.import.check.reading")} />}
      {error && <Alert severity="error">{error.message}</Alert>}
      {data && !error && <RowsTable rows={data} />}
      <Stack direction="row" spacing={1}>
        <Button variant="contained" disabled={!data || !!error || isFetching} onClick={() => onImport(country)}>
          {translate("file.import")}
        </Button>
        <Button onClick={onAnother}>{translate("file.another")}</Button>
      </Stack>
    </Stack>
  );
}

function RowsTable({ rows }: { rows: readonly RowAsRead[] }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const { problem } = usePhrases();
  return (
    <TableContainer>
      <Table size="small">
        <TableHead>
          <TableRow>
            {COLUMNS.map((column) => (
              <TableCell key={column}>{translate(column)}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map(({ line, written, read, refused }) => (
            <TableRow key={line}>
              <TableCell>{number(line)}</TableCell>
              <TableCell>{written}</TableCell>
              {read && (
                <>
                  <TableCell>+{read.phone}</TableCell>
                  <TableCell>{read.timezone}</TableCell>
                </>
              )}
              {refused && (
                <TableCell colSpan={2} sx={{ color: "error.main" }}>
                  {problem({ code: refused.code, params: refused.params, text: refused.reason })}
                </TableCell>
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function useRowsAsRead(table: FileTable, country: string | undefined) {
  const api = useApi();
  const chunk = useMemo(() => firstRows(table), [table]);
  return useQuery<ImportResult, Error, RowAsRead[]>({
    queryKey: ["rows-as-read", chunk.body, country],
    queryFn: () => importChunk(api, chunk, { country, dry_run: true }),
    select: (result) => rowsAsRead(table, chunk, result),
    retry: false,
    gcTime: 0,
  });
}
