import { describe, expect, it } from "vitest";
import { changed, sortOf } from "../src/api/dataProvider";
import { fieldErrors } from "../src/api/problem";
import { differences } from "../src/pages/audit/differences";
import { toRows, toValues } from "../src/pages/clients/attributes";
import { cursorOf } from "../src/pages/clients/ExportButton";
import { mattersOf } from "../src/pages/dashboard/matters";
import { isPossible } from "../src/pages/mailings/actions";
import { timingOf } from "../src/common/mailings/timing";
import { daysOf, errorsOf } from "../src/common/queries/days";

const stats = { total: 9, pending: 0, queued: 0, sending: 0, sent: 9, failed: 0, expired: 0, cancelled: 0, unknown: 0 };

describe("a call", () => {
  it("asks for an order that the API knows", () => {
    expect(sortOf({ sorts: ["id", "phone"] }, { field: "phone", order: "DESC" })).toBe("-phone");
    expect(sortOf({ sorts: ["id", "phone"] }, { field: "tags", order: "ASC" })).toBe("id");
  });

  it("names what has changed only", () => {
    const before = { id: "1", phone: "1", tags: ["a"] };
    expect(changed({ id: "2", phone: "1", tags: ["a", "b"] }, before)).toEqual({ tags: ["a", "b"] });
  });

  it("has its errors where a form looks for them", () => {
    const errors = [
      { loc: ["body", "phone"], msg: "one" },
      { loc: ["body", "phone"], msg: "two" },
      { loc: ["body", "filter", "operator_codes", 3], msg: "three" },
      { loc: ["body"], msg: "all of it" },
    ];
    expect(fieldErrors(errors)).toEqual({ phone: "one", filter: { operator_codes: "three" } });
  });

  it("goes on where the last page of an export ended", () => {
    expect(cursorOf('<?tag=a%26b&cursor=abc>; rel="next"')).toBe("abc");
    expect(cursorOf(null)).toBeUndefined();
  });
});

describe("personal data", () => {
  it("keep the kind that they had", () => {
    const before = { bonus: 120, vip: true, name: "1" };
    expect(toValues(toRows(before), before)).toEqual(before);
    expect(
      toValues(
        [
          { name: "bonus", value: "many" },
          { name: " city ", value: "5" },
          { name: "", value: "x" },
        ],
        before,
      ),
    ).toEqual({
      bonus: "many",
      city: "5",
    });
  });
});

describe("a mailing's page", () => {
  const mailing = {
    status: "running",
    starts_at: "2026-11-23T10:00:00Z",
    ends_at: "2026-11-24T10:00:00Z",
    stats,
  } as const;

  it("counts down to what comes next", () => {
    expect(timingOf(mailing, new Date("2026-11-23T09:00:00Z"))).toEqual({ kind: "starts_in", milliseconds: 3_600_000 });
    expect(timingOf(mailing, new Date("2026-11-24T09:00:00Z"))).toEqual({ kind: "ends_in", milliseconds: 3_600_000 });
    expect(timingOf(mailing, new Date("2026-11-25T09:00:00Z")).kind).toBe("ended");
    expect(timingOf({ ...mailing, status: "finished" }, new Date("2026-11-23T09:00:00Z")).kind).toBe("none");
  });

  it.each([
    ["running", 0, "2026-11-23T12:00:00Z", ["pause", "cancel"]],
    ["paused", 0, "2026-11-23T12:00:00Z", ["resume", "cancel"]],
    ["finished", 2, "2026-11-23T12:00:00Z", ["retry"]],
    ["finished", 2, "2026-11-25T12:00:00Z", []],
    ["cancelled", 2, "2026-11-23T12:00:00Z", []],
  ] as const)("that is %s with %i failed at %s offers %j", (status, failed, now, offered) => {
    const actions = ["pause", "resume", "cancel", "retry"] as const;
    const possible = actions.filter((each) =>
      isPossible(each, { ...mailing, status, stats: { ...stats, failed } }, new Date(now)),
    );
    expect(possible).toEqual(offered);
  });
});

it("puts what can still be mended first", () => {
  const base = {
    id: 1,
    text: "",
    filter: { tags: [], operator_codes: [] },
    send_window: null,
    max_rate: 1,
    on_unknown: "resend",
  } as const;
  const running = {
    ...base,
    status: "running",
    starts_at: "",
    ends_at: "",
    stats: { ...stats, failed: 3, expired: 1 },
  } as const;
  const forecast = { finishes_at: null, will_miss_end: 41_000, rate_needed: 55 };
  const found = mattersOf([{ mailing: running as never, detail: { forecast } as never }]);
  expect(found.map(({ words, values }) => [words, values])).toEqual([
    ["dashboard.miss_rate", { count: 41_000, rate: 55 }],
    ["dashboard.failed", { smart_count: 3 }],
    ["dashboard.expired", { smart_count: 1 }],
  ]);
});

describe("a report", () => {
  const hour = (at: string, sent: number) => ({ hour: at, sent, failed: 0, expired: 0, cancelled: 0, unknown: 0 });

  it("adds hours up by the reader's days", () => {
    const since = new Date(2026, 10, 22, 15);
    const days = daysOf(
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
    const errors = errorsOf(
      [
        {
          errors: [
            { error: "a", count: 1 },
            { error: "b", count: 2 },
          ],
        },
        { errors: [{ error: "a", count: 3 }] },
      ],
      1,
    );
    expect(errors).toEqual([{ error: "a", count: 4 }]);
  });
});

it("shows what an audited change has changed", () => {
  expect(differences({ phone: "1", tags: ["a"] }, { phone: "1", tags: ["b"] })).toEqual([
    { field: "tags", before: '["a"]', after: '["b"]' },
  ]);
  expect(differences(null, { name: "vip" })).toEqual([{ field: "name", before: "—", after: "vip" }]);
});
