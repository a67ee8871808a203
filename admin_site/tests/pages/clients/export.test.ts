import { expect, it } from "vitest";
import { fileParts, nextCursor } from "../../../src/pages/clients/ExportButton";

it("goes on where the last page of an export ended", () => {
  expect(nextCursor('<?tag=a%26b&cursor=abc>; rel="next"')).toBe("abc");
  expect(nextCursor(null)).toBeUndefined();
});

it("gives Excel its byte order mark, which reading a page takes away", () => {
  expect(fileParts(["a;b\n", "1;2\n"], "excel")).toEqual(["\uFEFF", "a;b\n", "1;2\n"]);
  expect(fileParts(["a,b\n"], "csv")).toEqual(["a,b\n"]);
});
