import { describe, expect, it } from "vitest";
import { ApiProblem, type FieldProblem, type ProblemWords } from "../../src/api/problem";

const words: ProblemWords = { whole: (problem, text) => problem.code ?? text, field: ({ code }) => code };

const wrong = (code: FieldProblem["code"], ...loc: FieldProblem["loc"]): FieldProblem => ({
  loc,
  code,
  msg: "English",
  params: {},
});

describe("an error of the API", () => {
  it("has its errors where a form looks for them", () => {
    const errors = [
      wrong("phone_format", "body", "phone"),
      wrong("too_long", "body", "phone"),
      wrong("operator_code_format", "body", "filter", "operator_codes", 3),
      wrong("body_not_json", "body"),
    ];
    const problem = new ApiProblem(422, { code: "invalid_input", errors }, words);
    expect(problem.body).toEqual({
      errors: { phone: "phone_format", filter: { operator_codes: "operator_code_format" } },
    });
    expect(problem.fields.map(({ path }) => path.join("."))).toEqual(["phone", "phone", "filter.operator_codes", ""]);
  });

  it("stands at the field with which it conflicts", () => {
    const problem = new ApiProblem(409, { code: "client_exists" }, words);
    expect(problem.message).toBe("client_exists");
    expect(problem.body).toEqual({ errors: { phone: "client_exists" } });
  });

  it("says the status if the gateway has answered", () => {
    const problem = new ApiProblem(503, {}, words);
    expect(problem.message).toBe("HTTP 503");
    expect(problem.body).toEqual({ errors: {} });
  });
});
