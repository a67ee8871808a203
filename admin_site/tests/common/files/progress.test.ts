import { expect, it } from "vitest";
import { splitTable } from "../../../src/common/files/chunks";
import { begin, withResult } from "../../../src/common/files/progress";
import { samplesOf } from "../../../src/common/files/table";
import { readClients } from "../../support/clientTable";

const HEADER = "phone,timezone\n";
const NOTHING = { created: 0, updated: 0, refused: [], overridden_rows: 0, overridden: [] };

it("adds up the results of chunks, with the lines of the file in their order", () => {
  const chunks = splitTable(readClients(`${HEADER}1,a\n2,b\n3,c\n4,d\n1,e\n`), 3);
  const [first, second] = chunks;
  if (!first || !second) throw new Error("there must be two chunks");
  const refusal = { field: "timezone", reason: "", code: "timezone_unknown", params: { timezone: "d" } } as const;
  const begun = begin("clients.csv", chunks);
  expect(begun).toMatchObject({ file: "clients.csv", done: 0, total: 5, state: "running" });
  const half = withResult(begun, second, { ...NOTHING, created: 1, refused: [{ ...refusal, line: 3 }] });
  const whole = withResult(half, first, {
    created: 1,
    updated: 1,
    refused: [{ ...refusal, line: 4 }],
    overridden_rows: 1,
    overridden: [{ line: 2, by_line: 3, phone: "1" }],
  });
  expect(whole).toMatchObject({ done: 5, created: 2, updated: 1, overriddenRows: 1 });
  expect(whole.overridden).toEqual([{ line: 2, by_line: 6, phone: "1" }]);
  expect(whole.refused.map(({ line }) => line)).toEqual([3, 5]);
});

it("shows five rows, those with letters that the encoding changes first", () => {
  const plain = Array.from({ length: 5 }, (_, index) => `${index},a\n`).join("");
  const { columns, rows } = samplesOf(readClients(`${HEADER}${plain}6,я\n7,ю\n`));
  expect(columns).toEqual(["phone", "timezone"]);
  expect(rows.map(({ fields }) => fields[0])).toEqual(["6", "7", "0", "1", "2"]);
});
