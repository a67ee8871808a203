import { describe, expect, it } from "vitest";
import { figuresByDay, mergeFailureReasons } from "../../../src/common/queries/dailyFigures";
import { statsOf } from "../../support/stats";

describe("a report", () => {
  const hour = (at: string, sent: number) => ({ ...statsOf({ sent }), hour: at });

  it("adds hours up by the reader's days", () => {
    const since = new Date(2026, 10, 22, 15);
    const days = figuresByDay(
      [
        {
          by_hour: [
            hour(new Date(2026, 10, 21, 23).toISOString(), 1),
            hour(new Date(2026, 10, 22, 0).toISOString(), 2),
          ],
        },
        {
          by_hour: [
            hour(new Date(2026, 10, 22, 23).toISOString(), 4),
            hour(new Date(2026, 10, 23, 0).toISOString(), 8),
          ],
        },
      ],
      since,
    );
    expect([...days.values()].map((day) => day.sent)).toEqual([6, 8]);
  });

  it("adds the same errors up", () => {
    const reason = (error: string, count: number) => ({ error, code: null, params: null, count });
    const errors = mergeFailureReasons([{ errors: [reason("a", 1), reason("b", 2)] }, { errors: [reason("a", 3)] }], 1);
    expect(errors).toEqual([reason("a", 4)]);
  });
});
