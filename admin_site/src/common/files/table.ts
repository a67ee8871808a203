import { FileProblem } from "./fileProblem";
import { isBlank, readRows, trimmed, type Row } from "./rows";

/** Columns that a kind of file has beside those of its own; every kind has `phone`. */
export interface FileFormat {
  /** Columns whose names may be written in upper case. */
  columns: readonly string[];
  /** Columns that a message names if `phone` is missing. */
  required: readonly string[];
}

/** CSV file whose rows fit its header. */
export interface Table {
  header: Row;
  /** Names of the columns. */
  columns: string[];
  rows: Row[];
}

export type Samples = Pick<Table, "columns" | "rows">;

const SAMPLES = 5;
const NOT_ASCII = /[^\0-\x7F]/;
const LIKE_A_PHONE = /^(?:[\s"+().-]*[0-9]){7,15}[\s"]*$/;

/** Read a CSV file, and refuse it as a whole for the faults for which the service does. */
export function readTable(text: string, format: FileFormat): Table {
  const rows = readRows(text);
  const header = rows.next().value;
  const columns = columnsOf(header?.fields ?? [], format);
  // The service knows whether the others can be left out.
  if (!header || !columns.includes("phone")) {
    throw new FileProblem("csv_columns_missing", {
      columns: format.required.filter((name) => !columns.includes(name)),
    });
  }
  if (new Set(columns).size < columns.length) throw new FileProblem("csv_column_twice");
  return { header, columns, rows: Array.from(rows, (row) => fit(row, columns)) };
}

/** Return five rows of a table, first of all such as depend on its encoding. */
export function samplesOf({ columns, rows }: Table): Samples {
  const dependent = rows.filter((row) => NOT_ASCII.test(row.text));
  const others = rows.filter((row) => !NOT_ASCII.test(row.text));
  return { columns, rows: [...dependent, ...others].slice(0, SAMPLES) };
}

/** Return the names of the columns, without empty ones at the end. */
function columnsOf(fields: readonly string[], format: FileFormat): string[] {
  const given = fields.map(trimmed);
  const names = given.map((name) => {
    const column = name.toLowerCase();
    // Beside a column `tags`, one called `Tags` is an attribute.
    return format.columns.includes(column) && !given.includes(column) ? column : name;
  });
  return names.slice(0, names.findLastIndex((name) => name !== "") + 1);
}

/** Return a row without blank fields beyond the columns. */
function fit(row: Row, columns: readonly string[]): Row {
  const expected = columns.length;
  const phone = columns.indexOf("phone");
  // Two of its lines look like rows: an open quote has swallowed the second, and a later quote closed it by chance.
  const isLikeRow = (line: string[]) => line.length >= expected && LIKE_A_PHONE.test(line[phone] ?? "");
  if (row.lines > 1 && linesOf(row).filter(isLikeRow).length > 1) {
    throw new FileProblem("csv_quote_open", { line: row.line });
  }
  const fields = row.fields.findLastIndex((field) => !isBlank(field)) + 1;
  if (fields > expected) throw new FileProblem("csv_row_too_long", { line: row.line, fields, expected });
  return { ...row, fields: row.fields.slice(0, expected) };
}

/** Return the fields of each line of a row by itself. */
function linesOf({ text, separator }: Row): string[][] {
  return text.split(/\r\n|\r|\n/).map((line) => line.split(separator));
}
