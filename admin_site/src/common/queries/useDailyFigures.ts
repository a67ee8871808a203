import { useQueries } from "@tanstack/react-query";
import type { MailingStatistics, Mailing } from "../../api/types";
import { pollInterval } from "../polling";
import { useMailings } from "./useMailings";
import { statisticsKey, readStatistics } from "./statistics";
import { useApi } from "../../api/ApiContext";
import { figuresByDay, type DailyFigures } from "./dailyFigures";

/** Number of mailings that are counted, the latest by start. The API has no figures by day over all mailings. */
export const MAILINGS_COUNTED = 50;

const RUNNING_MS = 10_000;
const LIST_MS = 10_000;
const NOT_RUNNING_MS = 300_000;

export interface MailingWithStatistics {
  mailing: Mailing;
  detail: MailingStatistics;
}

interface Result {
  /** Undefined until the figures of all counted mailings have been read. */
  days: DailyFigures | undefined;
  mailings: MailingWithStatistics[];
  /** True if there are more mailings than are counted. */
  partial: boolean;
  error: Error | null;
  retry: () => void;
}

/** Read the messages that ended since a moment, by day and by mailing. */
export function useDailyFigures(since: Date): Result {
  const api = useApi();
  const list = useMailings({ sort: "-starts_at", limit: MAILINGS_COUNTED, everyMs: LIST_MS });
  // Mailings that ended earlier or have not started have no messages to count.
  const mailings = (list.data?.items ?? []).filter(
    (mailing) => Date.parse(mailing.ends_at) >= since.getTime() && mailing.stats.total > 0,
  );
  const details = useQueries({
    queries: mailings.map((mailing) => ({
      queryKey: statisticsKey(mailing.id),
      queryFn: () => readStatistics(api, mailing.id),
      staleTime: mailing.status === "running" ? RUNNING_MS : NOT_RUNNING_MS,
      refetchInterval: mailing.status === "running" ? pollInterval(RUNNING_MS) : (false as const),
    })),
  });
  const reported = mailings.flatMap((mailing, index) => {
    const detail = details[index]?.data;
    return detail ? [{ mailing, detail }] : [];
  });
  const error = list.error ?? details.find((each) => each.error)?.error ?? null;
  return {
    days:
      list.data && reported.length === mailings.length
        ? figuresByDay(
            reported.map(({ detail }) => detail),
            since,
          )
        : undefined,
    mailings: reported,
    partial: (list.data?.next ?? null) !== null && mailings.length === MAILINGS_COUNTED,
    error,
    retry: () => void list.refetch(),
  };
}
