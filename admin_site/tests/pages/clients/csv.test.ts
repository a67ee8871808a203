import { expect, it } from "vitest";
import { lineInFile, split } from "../../../src/pages/clients/csv";

const HEADER = "phone,timezone\n";

it("splits a file at its rows, each part with the header", () => {
  const parts = split(`${HEADER}1,a\n2,b\n3,c`, 2);
  expect(parts).toEqual([
    { body: `${HEADER}1,a\n2,b\n`, rows: 2, firstLine: 2 },
    { body: `${HEADER}3,c\n`, rows: 1, firstLine: 4 },
  ]);
});

it("does not split a quoted field that has lines of its own", () => {
  const parts = split(`${HEADER}1,"a\nb ""c"""\n2,d\n`, 1);
  expect(parts.map((part) => part.body)).toEqual([`${HEADER}1,"a\nb ""c"""\n`, `${HEADER}2,d\n`]);
  expect(parts[1]?.firstLine).toBe(4);
});

it("tells the file's line from a part's", () => {
  const [, second] = split(`${HEADER}1,a\n\n2,b\n3,c\n4,d\n`, 2);
  if (!second) throw new Error("there must be two parts");
  // Line 2 of the part is its first row.
  expect(lineInFile(second, 2)).toBe(second.firstLine);
  expect(second.body).toBe(`${HEADER}3,c\n4,d\n`);
  expect(lineInFile(second, 3)).toBe(6);
});

it("bears what spreadsheets write", () => {
  expect(split(`\uFEFF${HEADER}1,a\r\n2,b\r\n`)[0]?.rows).toBe(2);
  expect(split(HEADER)).toEqual([]);
  expect(split("")).toEqual([]);
  expect(split(`${HEADER}\n\n`)).toEqual([]);
});
