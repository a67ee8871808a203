import { expect, it } from "vitest";
import { nextCursor } from "../../../src/pages/clients/ExportButton";

it("goes on where the last page of an export ended", () => {
  expect(nextCursor('<?tag=a%26b&cursor=abc>; rel="next"')).toBe("abc");
  expect(nextCursor(null)).toBeUndefined();
});
