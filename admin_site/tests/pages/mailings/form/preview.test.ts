import { describe, expect, it } from "vitest";
import type { Preview } from "../../../../src/api/types";
import { findingsOf, reachableOf } from "../../../../src/pages/mailings/form/preview";

const GSM = { encoding: "GSM-7" as const, count: 1 };
const preview: Preview = {
  audience: 20,
  suppressed: { opted_out: 0, no_consent: 0 },
  unreachable: 2,
  default_timezones: 0,
  estimated: false,
  segments: GSM,
  typical: GSM,
  sampled_texts: null,
  placeholders: [],
  too_long: 0,
  zones: [{ timezone: "UTC", clients: 20, first_send: null, last_send: null }],
  forecast: { finishes_at: null, will_miss_end: 2, rate_needed: null, paused: false },
  warnings: [],
};

describe("findings of a preview", () => {
  it("are none if every client with an open window gets the message", () => {
    expect(findingsOf(preview)).toEqual([]);
  });

  it("are the clients who have opted out, and those without consent", () => {
    const suppressed = { opted_out: 212, no_consent: 3 };
    expect(findingsOf({ ...preview, audience: 500, suppressed })).toEqual([
      { severity: "info", messageKey: "mailing.form.check_opted_out", values: { smart_count: 212 } },
      { severity: "info", messageKey: "mailing.form.check_no_consent", values: { smart_count: 3 } },
    ]);
    expect(reachableOf({ ...preview, audience: 500, suppressed })).toBe(283);
  });

  it("are the clients whom the rate does not reach, without those whose window never opens", () => {
    const forecast = { finishes_at: null, will_miss_end: 17, rate_needed: 4, paused: false };
    expect(findingsOf({ ...preview, forecast })).toEqual([
      { severity: "warning", messageKey: "mailing.form.check_late", values: { smart_count: 15, needed: 4 } },
    ]);
  });

  it("are the clients whose time zone was not given", () => {
    expect(findingsOf({ ...preview, default_timezones: 3 })).toEqual([
      { severity: "info", messageKey: "mailing.form.check_default_timezone", values: { smart_count: 3 } },
    ]);
  });

  it("are the clients without a value, and those whose message is too long", () => {
    const placeholders = [
      { name: "name", has_default: false, clients_without: 15, similar_names: [] },
      { name: "city", has_default: true, clients_without: 3, similar_names: [] },
      { name: "age", has_default: false, clients_without: 0, similar_names: [] },
    ];
    expect(findingsOf({ ...preview, placeholders, too_long: 1 })).toEqual([
      { severity: "warning", messageKey: "mailing.form.check_missing", values: { name: "{name}", smart_count: 15 } },
      { severity: "info", messageKey: "mailing.form.check_default", values: { name: "{city}", smart_count: 3 } },
      { severity: "warning", messageKey: "mailing.form.check_too_long", values: { smart_count: 1 } },
    ]);
  });
});
