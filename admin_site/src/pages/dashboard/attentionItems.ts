import type { MailingStatistics, Mailing } from "../../api/types";
import { openCount } from "../../common/statuses";

/** Problem of a mailing that a person should look at. */
export interface AttentionItem {
  mailing: Mailing;
  severity: "error" | "warning" | "info";
  /** Translation key of the message; `values` fill it. */
  messageKey: string;
  values: Record<string, number>;
}

const ORDER = { error: 0, warning: 1, info: 2 };

/** List the mailings' problems, first those that can still be solved. */
export function attentionItems(
  mailings: readonly { mailing: Mailing; detail?: MailingStatistics | undefined }[],
): AttentionItem[] {
  const items = mailings.flatMap(({ mailing, detail }) => [...itemsOf(mailing, detail)]);
  return items.sort((one, other) => ORDER[one.severity] - ORDER[other.severity]);
}

function* itemsOf(mailing: Mailing, detail: MailingStatistics | undefined): Generator<AttentionItem> {
  const { stats, status } = mailing;
  const forecast = detail?.forecast;
  if (status === "running" && forecast && forecast.will_miss_end > 0) {
    const count = forecast.will_miss_end;
    yield forecast.rate_needed === null
      ? { mailing, severity: "error", messageKey: "dashboard.miss", values: { count } }
      : {
          mailing,
          severity: "error",
          messageKey: "dashboard.miss_rate",
          values: { count, rate: forecast.rate_needed },
        };
  }
  const counted = (severity: AttentionItem["severity"], messageKey: string, count: number): AttentionItem => ({
    mailing,
    severity,
    messageKey,
    values: { smart_count: count },
  });
  if (stats.unknown > 0) yield counted("error", "dashboard.unknown", stats.unknown);
  if (stats.failed > 0) yield counted("warning", "dashboard.failed", stats.failed);
  if (status === "paused" && openCount(stats) > 0) yield counted("warning", "dashboard.paused", openCount(stats));
  if (status === "paused" && stats.total === 0) yield counted("info", "dashboard.paused_before_start", 0);
  if (stats.expired > 0) yield counted("info", "dashboard.expired", stats.expired);
}
