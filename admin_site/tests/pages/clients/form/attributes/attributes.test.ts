import { describe, expect, it } from "vitest";
import { toRows, toValues } from "../../../../../src/pages/clients/form/attributes/attributes";

describe("personal data", () => {
  it("keep the kind that they had", () => {
    const before = { bonus: 120, vip: true, name: "1" };
    expect(toValues(toRows(before), before)).toEqual(before);
    expect(
      toValues(
        [
          { name: "bonus", value: "many" },
          { name: " city ", value: "5" },
          { name: "", value: "x" },
        ],
        before,
      ),
    ).toEqual({
      bonus: "many",
      city: "5",
    });
  });
});
