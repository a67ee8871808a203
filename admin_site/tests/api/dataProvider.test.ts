import { expect, it } from "vitest";
import { changedFields, sortParameter } from "../../src/api/dataProvider";

it("asks for an order that the API knows", () => {
  expect(sortParameter({ sorts: ["id", "phone"] }, { field: "phone", order: "DESC" })).toBe("-phone");
  expect(sortParameter({ sorts: ["id", "phone"] }, { field: "tags", order: "ASC" })).toBe("id");
});

it("names what has changed only", () => {
  const before = { id: "1", phone: "1", tags: ["a"] };
  expect(changedFields({ id: "2", phone: "1", tags: ["a", "b"] }, before)).toEqual({ tags: ["a", "b"] });
});
