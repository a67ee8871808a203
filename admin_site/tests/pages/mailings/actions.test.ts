import { expect, it } from "vitest";
import { canRetry, isAvailable } from "../../../src/pages/mailings/actions";
import { statsOf } from "../../support/stats";

const mailing = {
  status: "running",
  starts_at: "2026-11-23T10:00:00Z",
  ends_at: "2026-11-24T10:00:00Z",
} as const;

it.each([
  ["draft", 0, "2026-11-23T12:00:00Z", []],
  ["scheduled", 0, "2026-11-23T09:00:00Z", ["withdraw", "pause", "cancel"]],
  ["running", 0, "2026-11-23T12:00:00Z", ["pause", "cancel"]],
  ["paused", 2, "2026-11-23T12:00:00Z", ["resume", "cancel", "resend", "give_up"]],
  ["finished", 2, "2026-11-23T12:00:00Z", ["resend", "give_up"]],
  ["finished", 2, "2026-11-25T12:00:00Z", ["give_up"]],
  ["cancelled", 2, "2026-11-23T12:00:00Z", ["give_up"]],
] as const)("that is %s with %i unknown at %s offers %j", (status, unknown, now, offered) => {
  const actions = ["withdraw", "pause", "resume", "cancel", "resend", "give_up"] as const;
  const possible = actions.filter((each) =>
    isAvailable(each, { ...mailing, status, stats: statsOf({ sent: 9, unknown }) }, new Date(now)),
  );
  expect(possible).toEqual(offered);
});

it.each([
  ["running", { failed: 1 }, true],
  ["paused", { expired: 1 }, true],
  ["finished", { failed: 1, expired: 1 }, true],
  ["finished", { unknown: 1 }, false],
  ["cancelled", { failed: 1 }, false],
  ["scheduled", {}, false],
] as const)("that is %s with %j can be retried: %s", (status, counts, expected) => {
  expect(canRetry({ status, stats: statsOf(counts) })).toBe(expected);
});
