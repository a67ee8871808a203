import { expect, it } from "vitest";
import { attentionItems } from "../../../src/pages/dashboard/attentionItems";
import { statsOf } from "../../support/stats";

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
    stats: statsOf({ sent: 9, failed: 3, expired: 1 }),
  } as const;
  const forecast = { finishes_at: null, will_miss_end: 41_000, rate_needed: 55 };
  const found = attentionItems([{ mailing: running as never, detail: { forecast } as never }]);
  expect(found.map(({ messageKey, values }) => [messageKey, values])).toEqual([
    ["dashboard.miss_rate", { count: 41_000, rate: 55 }],
    ["dashboard.failed", { smart_count: 3 }],
    ["dashboard.expired", { smart_count: 1 }],
  ]);
});
