import type { ImportResult, ReadRow, RefusedRow } from "../../../api/types";
import { lineInFile, splitTable, type Chunk } from "../../../common/files/chunks";
import type { Table } from "../../../common/files/table";

const SHOWN = 10;

/** Row of the file as the service reads it, or the reason of its refusal. */
export interface RowAsRead {
  line: number;
  /** Phone as the file has it. */
  written: string;
  read?: ReadRow | undefined;
  refused?: RefusedRow | undefined;
}

/** Return a chunk of the first ten rows of a table that has rows. */
export function firstRows(table: Table): Chunk {
  const [chunk] = splitTable({ ...table, rows: table.rows.slice(0, SHOWN) });
  if (!chunk) throw new Error("the table has no rows");
  return chunk;
}

/** Return what the service made of the rows of a chunk, in the order of the file. */
export function rowsAsRead(table: Table, chunk: Chunk, result: ImportResult): RowAsRead[] {
  const phone = table.columns.indexOf("phone");
  const read = new Map(result.rows.map((row) => [lineInFile(chunk, row.line), row]));
  const refused = new Map(result.refused.map((row) => [lineInFile(chunk, row.line), row]));
  const lines = new Set(chunk.starts.map(({ inFile }) => inFile));
  return table.rows
    .filter(({ line }) => lines.has(line))
    .map(({ line, fields }) => ({
      line,
      written: fields[phone] ?? "",
      read: read.get(line),
      refused: refused.get(line),
    }));
}
