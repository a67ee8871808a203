import { describe, expect, it } from "vitest";
import { ApiProblem } from "../../src/api/problem";
import { shouldRetry } from "../../src/api/queryClient";

function problem(status: number) {
  return new ApiProblem(status, {}, { whole: (_, text) => text, field: () => "" });
}

describe("a failed call", () => {
  it.each([400, 401, 404, 409, 422])("is not repeated after a refusal with %i", (status) => {
    expect(shouldRetry(0, problem(status))).toBe(false);
  });

  it.each([500, 503])("is repeated twice after %i", (status) => {
    expect([0, 1, 2].map((failures) => shouldRetry(failures, problem(status)))).toEqual([true, true, false]);
  });

  it("is repeated if the server was not reached", () => {
    expect(shouldRetry(0, new TypeError("Failed to fetch"))).toBe(true);
  });
});
