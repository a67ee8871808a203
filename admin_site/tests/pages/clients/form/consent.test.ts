import { expect, it } from "vitest";
import { toMoment, validateConsent, validateSource } from "../../../../src/pages/clients/form/consent";

it("has a time with an offset, or none", () => {
  expect(toMoment("")).toBeNull();
  expect(Date.parse(toMoment("2026-11-23T10:00") ?? "")).toBe(new Date(2026, 10, 23, 10).getTime());
});

it("is not given in the future", () => {
  expect(validateConsent(new Date(Date.now() + 3_600_000).toISOString())).toBe("client.form.consent_future");
  expect(validateConsent("2026-01-01T00:00:00Z")).toBeUndefined();
  expect(validateConsent(null)).toBeUndefined();
});

it("has a source only together with a time", () => {
  expect(validateSource("web form", { consent_at: null })).toBe("client.form.consent_needed");
  expect(validateSource("web form", { consent_at: "2026-01-01T00:00:00Z" })).toBeUndefined();
  expect(validateSource(null, {})).toBeUndefined();
});
