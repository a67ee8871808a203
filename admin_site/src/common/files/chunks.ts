import type { Row } from "./rows";
import type { Table } from "./table";

/** Part of a CSV file that one call takes. */
export interface Chunk {
  /** Body of the call: the file's header and some of its rows, as they stand in the file. */
  body: string;
  rows: number;
  /** Line of each row in the chunk and in the file, in the order of the chunk. */
  starts: { inChunk: number; inFile: number }[];
}

/** Limits of a chunk: a call must end within the gateway's 29 seconds and stay below the API's 4.5 MB. */
export const ROWS_PER_CHUNK = 1000;
const CHARACTERS_PER_CHUNK = 1_000_000;
const COMPARED_DIGITS = 6;

/**
 * Split a table into chunks, each with the header.
 *
 * All rows with the same phone come into one chunk, in the order of the file: so the service's rule for such rows holds
 * for the whole file, however long it is.
 */
export function splitTable({ header, columns, rows }: Table, rowsPerChunk = ROWS_PER_CHUNK): Chunk[] {
  const chunks: Chunk[] = [];
  let chunk: Chunk | undefined;
  let line = 0;
  for (const group of byPhone(rows, columns.indexOf("phone"))) {
    const size = group.reduce((sum, { text }) => sum + text.length, 0);
    if (!chunk || chunk.rows + group.length > rowsPerChunk || chunk.body.length + size > CHARACTERS_PER_CHUNK) {
      chunk = { body: header.text, rows: 0, starts: [] };
      chunks.push(chunk);
      line = 1 + header.lines;
    }
    for (const row of group) {
      chunk.starts.push({ inChunk: line, inFile: row.line });
      chunk.body += row.text;
      chunk.rows += 1;
      line += row.lines;
    }
  }
  return chunks;
}

/** Return the file's line of a chunk's row. */
export function lineInFile(chunk: Chunk, line: number): number {
  return chunk.starts.find(({ inChunk }) => inChunk === line)?.inFile ?? line;
}

/**
 * Group rows by phone, in the order of their first rows.
 *
 * Phones are compared by their last digits, which are the same in every writing: a group may have several phones.
 */
function byPhone(rows: readonly Row[], phone: number): Iterable<Row[]> {
  const groups = new Map<string | Row, Row[]>();
  for (const row of rows) {
    const digits = row.fields[phone]?.normalize("NFKC").replace(/\D/g, "");
    const key = digits?.slice(-COMPARED_DIGITS) || row;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups.values();
}
