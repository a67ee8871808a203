import { describe, expect, it } from "vitest";
import { newDraft, toMailingInput } from "../../../../src/pages/mailings/form/draft";
import { lateMessages } from "../../../../src/pages/mailings/form/preview";

const NOW = new Date("2026-11-23T10:00:00Z");
const valid = { ...newDraft(NOW), text: "Hello" };

describe("lateness", () => {
  const input = toMailingInput({ ...valid, windowed: false, max_rate: "1" }, NOW);
  const preview = {
    audience: 100_000,
    unreachable: 0,
    estimated: false,
    segments: { encoding: "GSM-7" as const, count: 1 },
    typical: { encoding: "GSM-7" as const, count: 1 },
    sampled_texts: null,
    zones: [{ timezone: "UTC", clients: 100_000, first_send: null, last_send: null }],
    warnings: [],
  };

  it("is what the rate cannot carry before the end, and the rate that could", () => {
    expect(lateMessages(input, preview)).toEqual({ count: 13_600, needed: 2 });
  });

  it("is none where the rate is enough or there is no limit", () => {
    expect(lateMessages(input, { ...preview, audience: 86_400 })).toBeUndefined();
    expect(lateMessages({ ...input, max_rate: null }, preview)).toBeUndefined();
  });
});
