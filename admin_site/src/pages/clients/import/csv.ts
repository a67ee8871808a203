import Papa from "papaparse";

/** Part of a CSV file that one call can take. */
export interface CsvChunk {
  /** Body of the call: the file's header and some of its rows, as they stand in the file. */
  body: string;
  /** Number of rows that are not blank. */
  rows: number;
  /** Line of the file, from 1, on which the chunk's first row begins. */
  firstLine: number;
  /** Number of lines that the header takes. */
  headerLines: number;
}

/** Limits of a chunk: a call must end within the gateway's 29 seconds and stay below its 6 MB. */
export const ROWS_PER_CHUNK = 1000;
const CHARACTERS_PER_CHUNK = 1_000_000;

interface Row {
  text: string;
  line: number;
}

/** Split a CSV file into chunks, each with the header. A row may have several lines: a quoted field can hold them. */
export function splitCsv(file: string, rowsPerChunk = ROWS_PER_CHUNK): CsvChunk[] {
  const [header, ...rows] = rowsOf(file.replace(/^\uFEFF/, ""));
  if (!header) return [];
  const chunks: CsvChunk[] = [];
  let chunk: CsvChunk | undefined;
  for (const { text, line } of rows) {
    if (!chunk || chunk.rows >= rowsPerChunk || chunk.body.length + text.length > CHARACTERS_PER_CHUNK) {
      chunk = { body: header.text, rows: 0, firstLine: line, headerLines: lineCount(header.text) };
      chunks.push(chunk);
    }
    chunk.body += text;
    if (text.trim() !== "") chunk.rows += 1;
  }
  return chunks.filter(({ rows }) => rows > 0);
}

/** Return the file's line of a chunk's line. */
export function lineInFile(chunk: CsvChunk, line: number): number {
  return chunk.firstLine + line - 1 - chunk.headerLines;
}

/** Split a file into the texts of its rows, each with its line. */
function rowsOf(file: string): Row[] {
  const rows: Row[] = [];
  let start = 0;
  let line = 1;
  Papa.parse(file, {
    delimiter: separatorOf(file),
    // A row's text keeps its `\r`: the chunks are sent as the file has them.
    newline: "\n",
    step: ({ meta }) => {
      const text = file.slice(start, meta.cursor);
      if (text !== "") rows.push({ text: text.endsWith("\n") ? text : `${text}\n`, line });
      start = meta.cursor;
      line += lineCount(text);
    },
  });
  return rows;
}

/** Return the separator by the service's rule: a semicolon if the header has one. */
function separatorOf(file: string): string {
  return file.split("\n", 1)[0]?.includes(";") ? ";" : ",";
}

function lineCount(text: string): number {
  return text.split("\n").length - 1;
}
