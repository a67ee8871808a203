import type { EndedStatus, MailingStatistics } from "../../api/types";
import { ENDED_STATUSES } from "../statuses";

export type EndedCounts = Record<EndedStatus, number>;

/** Ended messages by status for each day, keyed by the day's midnight in the reader's time zone (Unix milliseconds). */
export type DailyFigures = Map<number, EndedCounts>;

const NONE = Object.fromEntries(ENDED_STATUSES.map((status) => [status, 0])) as EndedCounts;

/** Sum hourly figures of mailings by day, from the day of `since` on. */
export function figuresByDay(details: readonly Pick<MailingStatistics, "by_hour">[], since: Date): DailyFigures {
  const first = midnight(since);
  const days: DailyFigures = new Map();
  for (const hour of details.flatMap((detail) => detail.by_hour)) {
    const day = midnight(new Date(hour.hour));
    if (day < first) continue;
    days.set(day, sumCounts([days.get(day) ?? NONE, hour]));
  }
  return new Map([...days].sort(([one], [other]) => one - other));
}

export function sumCounts(parts: Iterable<EndedCounts>): EndedCounts {
  const sum = { ...NONE };
  for (const part of parts) for (const status of ENDED_STATUSES) sum[status] += part[status];
  return sum;
}

/** Count a mailing's messages that ended on the day of `since` or later, by status. */
export function endedSince(detail: Pick<MailingStatistics, "by_hour">, since: Date): EndedCounts {
  return sumCounts(figuresByDay([detail], since).values());
}

/** Return the reader's midnight `days` days ago. */
export function midnightDaysAgo(days: number, now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
}

function midnight(moment: Date): number {
  return midnightDaysAgo(0, moment).getTime();
}

/** Merge failure reasons of several mailings, the most frequent first. */
export function mergeFailureReasons(
  details: readonly Pick<MailingStatistics, "errors">[],
  atMost: number,
): MailingStatistics["errors"] {
  const merged = new Map<string, MailingStatistics["errors"][number]>();
  for (const reason of details.flatMap((detail) => detail.errors)) {
    merged.set(reason.error, { ...reason, count: (merged.get(reason.error)?.count ?? 0) + reason.count });
  }
  return [...merged.values()].sort((one, other) => other.count - one.count).slice(0, atMost);
}
