import { expect, it } from "vitest";
import { fieldErrors } from "../../src/api/problem";

it("has its errors where a form looks for them", () => {
  const errors = [
    { loc: ["body", "phone"], msg: "one" },
    { loc: ["body", "phone"], msg: "two" },
    { loc: ["body", "filter", "operator_codes", 3], msg: "three" },
    { loc: ["body"], msg: "all of it" },
  ];
  expect(fieldErrors(errors)).toEqual({ phone: "one", filter: { operator_codes: "three" } });
});
