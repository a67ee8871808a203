import { describe, expect, it } from "vitest";
import type { Mailing } from "../../../../src/api/types";
import {
  validateValues,
  valuesFromClone,
  valuesFromMailing,
  errorsFromApi,
  newValues,
  firstInvalidStep,
  isForEveryone,
  toMailingChange,
  toMailingInput,
} from "../../../../src/pages/mailings/form/values";
import { statsOf } from "../../../support/stats";

const NOW = new Date("2026-11-23T10:00:00Z");
const valid = { ...newValues(NOW), text: "Hello" };
const mailing: Mailing = {
  id: 7,
  text: "Hello",
  category: "service",
  starts_at: "2026-11-23T10:00:00Z",
  ends_at: "2026-11-24T10:00:00Z",
  filter: { tags: ["vip"], operator_codes: ["926"] },
  send_window: { start: "09:00", end: "21:00" },
  max_rate: 50,
  on_unknown: "hold",
  status: "running",
  stats: statsOf({}),
  messages_removed_at: null,
};

describe("the form's values", () => {
  it("becomes what the API takes", () => {
    expect(toMailingInput({ ...valid, max_rate: " 50 ", windowed: false }, NOW)).toEqual({
      text: "Hello",
      category: "marketing",
      starts_at: "2026-11-23T10:00:00.000Z",
      ends_at: "2026-11-24T10:00:00.000Z",
      filter: { tags: [], operator_codes: [] },
      send_window: null,
      max_rate: 50,
      on_unknown: null,
    });
  });

  it("is for everyone only without tags and operator codes", () => {
    expect(isForEveryone(valid)).toBe(true);
    expect(isForEveryone({ ...valid, tags: ["vip"] })).toBe(false);
    expect(isForEveryone({ ...valid, operator_codes: ["926"] })).toBe(false);
  });

  it.each([
    [{ text: "" }, "text", "text"],
    [{ start_now: false, starts_at: "" }, "starts_at", "schedule"],
    [{ ends_at: "2026-11-20T10:00" }, "ends_at", "schedule"],
    [{ start_now: false, starts_at: "2027-01-01T10:00" }, "ends_at", "schedule"],
    [{ window_start: "09:00", window_end: "09:00" }, "window_end", "schedule"],
    [{ max_rate: "0" }, "max_rate", "schedule"],
    [{ max_rate: "fast" }, "max_rate", "schedule"],
  ])("with %j is refused at its field", (change, field, step) => {
    const errors = validateValues({ ...valid, ...change }, NOW);
    expect(Object.keys(errors)).toEqual([field]);
    expect(firstInvalidStep(errors)).toBe(step);
  });

  it("that is valid has nothing against it", () => {
    expect(validateValues(valid, NOW)).toEqual({});
  });

  it("of a mailing changes nothing by itself", () => {
    expect(toMailingChange(valuesFromMailing(mailing), mailing)).toEqual({});
  });

  it("names only what was changed", () => {
    expect(toMailingChange({ ...valuesFromMailing(mailing), max_rate: "", windowed: false }, mailing)).toEqual({
      max_rate: null,
      send_window: null,
    });
    expect(toMailingChange({ ...valuesFromMailing(mailing), category: "marketing" }, mailing)).toEqual({
      category: "marketing",
    });
  });

  it("of a clone has all but the time", () => {
    const clone = valuesFromClone(mailing, NOW);
    expect(clone).toMatchObject({
      text: "Hello",
      category: "service",
      tags: ["vip"],
      max_rate: "50",
      on_unknown: "hold",
      start_now: true,
    });
    expect(clone.ends_at).toBe(newValues(NOW).ends_at);
  });
});

it("puts the API's errors at their fields", () => {
  const errors = errorsFromApi([
    { path: ["filter", "tags"], message: "is no tag" },
    { path: ["send_window", "end"], message: "must differ" },
    { path: ["Idempotency-Key"], message: "was used" },
  ]);
  expect(errors).toEqual({ tags: { message: "is no tag" }, window_end: { message: "must differ" } });
});
