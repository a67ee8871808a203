import type { Detail, Mailing } from "../../api/types";
import { open } from "../../common/statuses";

/** Something about a mailing that somebody should look at. */
export interface Matter {
  mailing: Mailing;
  severity: "error" | "warning" | "info";
  /** The words for it, and what they need. */
  words: string;
  values: Record<string, number>;
}

const ORDER = { error: 0, warning: 1, info: 2 };

/** What needs attention first, first: what can still be mended before what is over. */
export function mattersOf(mailings: readonly { mailing: Mailing; detail?: Detail | undefined }[]): Matter[] {
  const matters = mailings.flatMap(({ mailing, detail }) => [...concerning(mailing, detail)]);
  return matters.sort((one, other) => ORDER[one.severity] - ORDER[other.severity]);
}

function* concerning(mailing: Mailing, detail: Detail | undefined): Generator<Matter> {
  const { stats, status } = mailing;
  const late = detail?.forecast;
  if (status === "running" && late && late.will_miss_end > 0) {
    const count = late.will_miss_end;
    yield late.rate_needed === null
      ? { mailing, severity: "error", words: "dashboard.miss", values: { count } }
      : { mailing, severity: "error", words: "dashboard.miss_rate", values: { count, rate: late.rate_needed } };
  }
  const counted = (severity: Matter["severity"], words: string, count: number): Matter => ({
    mailing,
    severity,
    words,
    values: { smart_count: count },
  });
  if (stats.unknown > 0) yield counted("error", "dashboard.unknown", stats.unknown);
  if (stats.failed > 0) yield counted("warning", "dashboard.failed", stats.failed);
  if (status === "paused" && open(stats) > 0) yield counted("warning", "dashboard.paused", open(stats));
  if (status === "paused" && stats.total === 0) yield counted("info", "dashboard.paused_before_start", 0);
  if (stats.expired > 0) yield counted("info", "dashboard.expired", stats.expired);
}
