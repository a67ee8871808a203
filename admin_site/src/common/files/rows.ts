import { FileProblem } from "./fileProblem";

/** Row of a CSV file that is not blank. */
export interface Row {
  /** Line of the file on which the row begins. */
  line: number;
  /** Number of lines that it takes. */
  lines: number;
  fields: string[];
  /** The row as the file has it, with a line end. */
  text: string;
  separator: string;
}

const SEPARATORS = [";", "\t", ","] as const;
/** First line of a file for Excel, such as `sep=;`. */
const SEPARATOR_LINE = /^sep=([;\t,])[^\S\r\n]*(?:\r\n|\r|\n|$)/i;
/** Line of the header: the first that has more than blanks, quotes and separators. */
const HEADER_LINE = /(?:^|[\r\n])([ \t;,"]*[^ \t;,"\r\n][^\r\n]*)/;

/**
 * Split a CSV file into rows as the service does, and leave out rows whose fields are all blank.
 *
 * Papa Parse reads some files differently from the service (docs/decisions/0047-csv-is-read-strictly.md).
 */
export function* readRows(text: string): Generator<Row, undefined> {
  const [first = "", named] = SEPARATOR_LINE.exec(text) ?? [];
  const separator = named ?? separatorOf(text);
  if (separator === undefined) return;
  const field = fieldBefore(separator);
  field.lastIndex = first.length;
  let line = 1 + lineEnds(first);
  while (field.lastIndex < text.length) {
    const start = field.lastIndex;
    const fields = readFields(text, field, separator, line);
    const own = text.slice(start, field.lastIndex);
    const ended = own.endsWith("\n") || own.endsWith("\r") ? own : `${own}\n`;
    const lines = own.includes('"') ? lineEnds(ended) : 1;
    if (!fields.every(isBlank)) yield { line, lines, fields, text: ended, separator };
    line += lines;
  }
}

/** Return the number of line ends. */
export function lineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** Return a text without outer spaces. A byte order mark is no space: the service does not remove it either. */
export function trimmed(text: string): string {
  return text.replace(/^[^\S\uFEFF]+|[^\S\uFEFF]+$/g, "");
}

export function isBlank(field: string): boolean {
  return !/[\S\uFEFF]/.test(field);
}

function readFields(text: string, field: RegExp, separator: string, line: number): string[] {
  const fields: string[] = [];
  for (;;) {
    const found = field.exec(text);
    if (!found) throw new FileProblem("csv_quote_open", { line });
    const [, quoted, plain = "", end] = found;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== separator) return fields;
  }
}

/** Return the pattern of a field and its end. A quote matters at the beginning of a field only. */
function fieldBefore(separator: string): RegExp {
  return new RegExp(`(?:"([^"]*(?:""[^"]*)*)"|((?!")[^${separator}\\r\\n]*))(${separator}|\\r\\n|\\r|\\n|$)`, "y");
}

/** Return the separator that the header has most often. */
function separatorOf(text: string): string | undefined {
  const header = HEADER_LINE.exec(text)?.[1];
  if (header === undefined) return undefined;
  const count = (separator: string) => header.split(separator).length;
  return SEPARATORS.reduce((best, each) => (count(each) > count(best) ? each : best));
}
