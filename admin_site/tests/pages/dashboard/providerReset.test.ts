import { describe, expect, it } from "vitest";
import { canBeReset } from "../../../src/pages/dashboard/providerReset";

const HEALTHY = { breaker: "closed", rate_limit: null, hold_until: null } as const;

describe("a provider", () => {
  it("that works needs no reset", () => {
    expect(canBeReset(HEALTHY)).toBe(false);
  });

  it.each([
    { breaker: "open" },
    { breaker: "probing" },
    { rate_limit: 12.5 },
    { hold_until: "2026-11-27T10:00:00Z" },
  ] as const)("can be reset: %o", (held) => {
    expect(canBeReset({ ...HEALTHY, ...held })).toBe(true);
  });
});
