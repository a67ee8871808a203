import { expect, it } from "vitest";
import { changed, sortOf } from "../../src/api/dataProvider";

it("asks for an order that the API knows", () => {
  expect(sortOf({ sorts: ["id", "phone"] }, { field: "phone", order: "DESC" })).toBe("-phone");
  expect(sortOf({ sorts: ["id", "phone"] }, { field: "tags", order: "ASC" })).toBe("id");
});

it("names what has changed only", () => {
  const before = { id: "1", phone: "1", tags: ["a"] };
  expect(changed({ id: "2", phone: "1", tags: ["a", "b"] }, before)).toEqual({ tags: ["a", "b"] });
});
