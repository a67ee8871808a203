import { expect, it } from "vitest";
import { timingOf } from "../../../src/common/mailings/timing";

const mailing = { status: "running", starts_at: "2026-11-23T10:00:00Z", ends_at: "2026-11-24T10:00:00Z" } as const;

it("counts down to what comes next", () => {
  expect(timingOf(mailing, new Date("2026-11-23T09:00:00Z"))).toEqual({ kind: "starts_in", milliseconds: 3_600_000 });
  expect(timingOf(mailing, new Date("2026-11-24T09:00:00Z"))).toEqual({ kind: "ends_in", milliseconds: 3_600_000 });
  expect(timingOf(mailing, new Date("2026-11-25T09:00:00Z")).kind).toBe("ended");
  expect(timingOf({ ...mailing, status: "finished" }, new Date("2026-11-23T09:00:00Z")).kind).toBe("none");
});
