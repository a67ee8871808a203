import { expect, it } from "vitest";
import { isAvailable } from "../../../src/pages/mailings/actions";
import { statsOf } from "../../support/stats";

const mailing = {
  status: "running",
  starts_at: "2026-11-23T10:00:00Z",
  ends_at: "2026-11-24T10:00:00Z",
} as const;

it.each([
  ["running", 0, "2026-11-23T12:00:00Z", ["pause", "cancel"]],
  ["paused", 0, "2026-11-23T12:00:00Z", ["resume", "cancel"]],
  ["finished", 2, "2026-11-23T12:00:00Z", ["retry"]],
  ["finished", 2, "2026-11-25T12:00:00Z", []],
  ["cancelled", 2, "2026-11-23T12:00:00Z", []],
] as const)("that is %s with %i failed at %s offers %j", (status, failed, now, offered) => {
  const actions = ["pause", "resume", "cancel", "retry"] as const;
  const possible = actions.filter((each) =>
    isAvailable(each, { ...mailing, status, stats: statsOf({ sent: 9, failed }) }, new Date(now)),
  );
  expect(possible).toEqual(offered);
});
