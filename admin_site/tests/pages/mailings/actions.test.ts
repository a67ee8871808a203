import { expect, it } from "vitest";
import type { Api } from "../../../src/api/client";
import { canRetry, isAvailable, sendAgain } from "../../../src/pages/mailings/actions";
import { statsOf } from "../../support/stats";

const mailing = {
  status: "running",
  starts_at: "2026-11-23T10:00:00Z",
  ends_at: "2026-11-24T10:00:00Z",
  messages_removed_at: null,
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
  expect(canRetry({ ...mailing, status, stats: statsOf(counts) }, new Date("2026-11-23T12:00:00Z"))).toBe(expected);
});

it.each([
  ["2026-11-25T10:00:00Z", true],
  ["2026-11-24T09:00:00Z", false],
])("that has only unknown outcomes needs a new end at %s: %s", (now, expected) => {
  expect(canRetry({ ...mailing, status: "finished", stats: statsOf({ unknown: 2 }) }, new Date(now))).toBe(expected);
});

it("whose messages were removed offers no decision on them", () => {
  const removed = {
    ...mailing,
    status: "finished",
    stats: statsOf({ failed: 1, unknown: 2 }),
    messages_removed_at: "2027-11-24T10:00:00Z",
  } as const;
  const now = new Date("2026-11-23T12:00:00Z");
  expect(canRetry(removed, now)).toBe(false);
  expect((["resend", "give_up"] as const).filter((each) => isAvailable(each, removed, now))).toEqual([]);
});

it.each([
  [{ unknown: 2 }, ["retry", "resolve"]],
  [{ failed: 1, unknown: 2 }, ["retry"]],
])("with %j is sent again by %j", async (counts, expected) => {
  const called: string[] = [];
  const api = {
    POST: (path: string) => {
      called.push(path.split("/").at(-2) ?? "");
      return Promise.resolve({ data: {}, response: new Response() });
    },
  } as unknown as Api;
  await sendAgain(api, { id: 1, stats: statsOf(counts) }, { statuses: ["failed"], ends_at: "2027-01-01T00:00:00Z" });
  expect(called).toEqual(expected);
});
