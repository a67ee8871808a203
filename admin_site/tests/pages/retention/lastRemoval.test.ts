import { expect, it } from "vitest";
import { lastRemoval } from "../../../src/pages/retention/lastRemoval";

const STARTED = "2026-11-27T03:00:00Z";
const FINISHED = "2026-11-27T03:05:00Z";

it.each([
  [null, null, { messageKey: "retention.never", at: null }],
  [STARTED, null, { messageKey: "retention.running", at: STARTED }],
  [STARTED, FINISHED, { messageKey: "retention.finished", at: FINISHED }],
] as const)("tells of a removal from %s to %s", (started_at, finished_at, told) => {
  expect(lastRemoval({ started_at, finished_at })).toEqual(told);
});
