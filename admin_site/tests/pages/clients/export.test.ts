import { expect, it } from "vitest";
import { cursorOf } from "../../../src/pages/clients/ExportButton";

it("goes on where the last page of an export ended", () => {
  expect(cursorOf('<?tag=a%26b&cursor=abc>; rel="next"')).toBe("abc");
  expect(cursorOf(null)).toBeUndefined();
});
