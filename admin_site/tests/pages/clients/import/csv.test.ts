import { describe, expect, it } from "vitest";
import { lineInFile, splitCsv } from "../../../../src/pages/clients/import/csv";

const HEADER = "phone,timezone\n";
const bodies = (file: string, rowsPerChunk: number) => splitCsv(file, rowsPerChunk).map(({ body }) => body);

describe("a CSV file", () => {
  it("is split at its rows, each chunk with the header", () => {
    expect(splitCsv(`${HEADER}1,a\n2,b\n3,c`, 2)).toEqual([
      { body: `${HEADER}1,a\n2,b\n`, rows: 2, firstLine: 2, headerLines: 1 },
      { body: `${HEADER}3,c\n`, rows: 1, firstLine: 4, headerLines: 1 },
    ]);
  });

  it("is not split inside a quoted field", () => {
    const chunks = splitCsv(`${HEADER}1,"a\nb ""c"""\n2,d\n`, 1);
    expect(chunks.map((chunk) => chunk.body)).toEqual([`${HEADER}1,"a\nb ""c"""\n`, `${HEADER}2,d\n`]);
    expect(chunks[1]?.firstLine).toBe(4);
  });

  it("may be separated by semicolons", () => {
    const header = "phone;timezone;note\n";
    expect(bodies(`${header}1;a;"x;\ny, z"\n2;b;5,5\n`, 1)).toEqual([
      `${header}1;a;"x;\ny, z"\n`,
      `${header}2;b;5,5\n`,
    ]);
  });

  it("keeps the ends of lines that a spreadsheet writes, but not its byte order mark", () => {
    const chunks = splitCsv(`\uFEFFphone,timezone\r\n1,"a\r\nb"\r\n2,b\r\n`, 1);
    expect(chunks.map((chunk) => chunk.body)).toEqual([
      'phone,timezone\r\n1,"a\r\nb"\r\n',
      "phone,timezone\r\n2,b\r\n",
    ]);
    expect(chunks[1]?.firstLine).toBe(4);
  });

  it("may have a header of several lines", () => {
    const [chunk] = splitCsv('phone,"time\nzone"\n1,a\n');
    if (!chunk) throw new Error("there must be a chunk");
    expect(lineInFile(chunk, 3)).toBe(3);
  });

  it("may have a quote inside of an unquoted field", () => {
    expect(bodies(`${HEADER}1,5" pipe\n2,b\n`, 1)).toEqual([`${HEADER}1,5" pipe\n`, `${HEADER}2,b\n`]);
  });

  it("whose last quote is missing ends with its last row", () => {
    expect(bodies(`${HEADER}1,a\n2,"b\n3,c`, 1)).toEqual([`${HEADER}1,a\n`, `${HEADER}2,"b\n3,c\n`]);
  });

  it.each([
    [`${HEADER}1,a\r\n2,b\r\n`, 2],
    [`${HEADER}\n1,a\n\n\r\n2,b\n\n`, 2],
  ])("%j has %i rows", (file, rows) => {
    expect(splitCsv(file).map((chunk) => chunk.rows)).toEqual([rows]);
  });

  it.each(["", HEADER, "phone,timezone", `${HEADER}\n\n`, `${HEADER}  \r\n`])("%j has no rows", (file) => {
    expect(splitCsv(file)).toEqual([]);
  });

  it("is split before a chunk grows too large for a call", () => {
    const row = `1,${"a".repeat(400_000)}\n`;
    expect(splitCsv(HEADER + row + row + row).map((chunk) => chunk.rows)).toEqual([2, 1]);
  });
});

it("finds the line of the file behind empty lines", () => {
  const [, second] = splitCsv(`${HEADER}1,a\n\n2,b\n3,c\n4,d\n`, 2);
  if (!second) throw new Error("there must be two chunks");
  // Line 2 of the chunk is its first row.
  expect(lineInFile(second, 2)).toBe(second.firstLine);
  expect(second.body).toBe(`${HEADER}3,c\n4,d\n`);
  expect(lineInFile(second, 3)).toBe(6);
});
