import { expect, it } from "vitest";
import { firstRows, rowsAsRead } from "../../../../src/pages/clients/import/rowsAsRead";
import { readClients } from "../../../support/clientTable";

const HEADER = "phone,timezone\n";
const COUNTS = { created: 0, updated: 0, overridden_rows: 0, overridden: [] };

it("sends the first ten rows", () => {
  const rows = Array.from({ length: 30 }, (_, index) => `${7_926_000_0000 + index},UTC\n`);
  const chunk = firstRows(readClients(HEADER + rows.join("")));
  expect(chunk.body).toBe(HEADER + rows.slice(0, 10).join(""));
});

it("shows each row as it was read or refused, by its line in the file", () => {
  const table = readClients(`${HEADER}8 (926) 123-45-67,UTC\n\n0151 23456789,UTC\n79261234567,UTC\n`);
  const read = { line: 2, written: "8 (926) 123-45-67", phone: "79261234567", operator_code: "926", tags: [] };
  const first = { ...read, timezone: "UTC", attributes: {}, consent_at: null, consent_source: null };
  const last = { ...first, line: 3, written: "79261234567" };
  const refused = { line: 4, field: "phone", reason: "", code: "phone_format", params: {} } as const;
  const chunk = firstRows(table);
  // The two writings of one phone stand together in the chunk.
  expect(rowsAsRead(table, chunk, { ...COUNTS, rows: [first, last], refused: [refused] })).toEqual([
    { line: 2, written: "8 (926) 123-45-67", read: first, refused: undefined },
    { line: 4, written: "0151 23456789", read: undefined, refused },
    { line: 5, written: "79261234567", read: last, refused: undefined },
  ]);
});
