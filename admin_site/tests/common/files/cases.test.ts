import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FileProblem } from "../../../src/common/files/fileProblem";
import { decode } from "../../../src/common/files/fileText";
import { readClients } from "../../support/clientTable";

/** Case that the tests of the API read as well. `api_error` is for what the API refuses and the site reads. */
interface Case {
  name: string;
  text?: string;
  base64?: string;
  rows?: { line: number; cells: Record<string, string> }[];
  error?: { code: string; params: unknown };
}

const CASES = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../../tests/support/csv_cases.json"), "utf8"),
) as Case[];

const bytesOf = ({ text = "", base64 }: Case) =>
  new Uint8Array(base64 === undefined ? Buffer.from(text) : Buffer.from(base64, "base64"));

function read(bytes: Uint8Array): Omit<Case, "name"> {
  try {
    const { columns, rows } = readClients(decode(bytes));
    return {
      rows: rows.map(({ line, fields }) => ({
        line,
        cells: Object.fromEntries(columns.map((name, index) => [name, fields[index] ?? ""])),
      })),
    };
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return { error: { code: error.code, params: error.params } };
  }
}

describe("a file that the API is tested with", () => {
  it.each(CASES)("is read alike: $name", (given) => {
    const { rows, error } = given;
    expect(read(bytesOf(given))).toEqual(error ? { error } : { rows });
  });
});
