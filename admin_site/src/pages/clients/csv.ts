/** A file of clients in parts that one call can take, with each part's place in the file. */

export interface Part {
  /** What is sent: the file's header and some of its rows. */
  body: string;
  rows: number;
  /** The line of the file on which the part's first row begins, counted from 1. */
  firstLine: number;
}

/** A call must end within the gateway's 29 seconds and stay below its 6 MB. */
export const ROWS_A_PART = 1000;
const CHARACTERS_A_PART = 1_000_000;

interface Row {
  text: string;
  line: number;
}

/** Splits a file at the ends of rows, which are not always the ends of lines: a quoted field may have several. */
export function split(file: string, rowsAPart = ROWS_A_PART): Part[] {
  const [header, ...rows] = rowsOf(file.replace(/^\uFEFF/, ""));
  if (!header) return [];
  const parts: Part[] = [];
  let taken: Row[] = [];
  let characters = 0;
  const finish = () => {
    const [first] = taken;
    if (!first) return;
    parts.push({
      body: header.text + taken.map((row) => row.text).join(""),
      rows: count(taken),
      firstLine: first.line,
    });
    taken = [];
    characters = 0;
  };
  for (const row of rows) {
    if (count(taken) >= rowsAPart || characters + row.text.length > CHARACTERS_A_PART) finish();
    taken.push(row);
    characters += row.text.length;
  }
  finish();
  return parts.filter((part) => part.rows > 0);
}

/** The line of the file that is line `line` of a part. */
export function lineInFile(part: Part, line: number): number {
  const header = lines(rowsOf(part.body)[0]?.text ?? "");
  return part.firstLine + line - 1 - header;
}

function count(rows: readonly Row[]): number {
  return rows.filter((row) => row.text.trim() !== "").length;
}

function lines(text: string): number {
  return text.split("\n").length - 1;
}

function rowsOf(file: string): Row[] {
  const rows: Row[] = [];
  let start = 0;
  let line = 1;
  let startLine = 1;
  let quoted = false;
  for (let at = 0; at < file.length; at += 1) {
    const character = file[at];
    // A doubled quote inside of a quoted field turns it off and on again.
    if (character === '"') quoted = !quoted;
    if (character !== "\n") continue;
    line += 1;
    if (quoted) continue;
    rows.push({ text: file.slice(start, at + 1), line: startLine });
    start = at + 1;
    startLine = line;
  }
  if (start < file.length) rows.push({ text: `${file.slice(start)}\n`, line: startLine });
  return rows;
}
