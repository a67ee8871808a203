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

it("names all fields that belong together if one of them has changed", () => {
  const before = { id: "1", phone: "1", consent_at: "2026-01-01T00:00:00Z", consent_source: "form" };
  const together = ["consent_at", "consent_source"];
  expect(changedFields({ ...before, consent_source: "call" }, before, together)).toEqual({
    consent_at: "2026-01-01T00:00:00Z",
    consent_source: "call",
  });
  expect(changedFields({ ...before, phone: "2" }, before, together)).toEqual({ phone: "2" });
});
