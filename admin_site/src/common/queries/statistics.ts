import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { MailingStatistics } from "../../api/types";
import type { Api } from "../../api/client";
import { pollInterval } from "../polling";
import { useApi } from "../../api/ApiContext";

/** One mailing in detail. */
export async function readStatistics(api: Api, id: number): Promise<MailingStatistics> {
  const { data } = await api.GET("/api/v1/statistic/{mailing_id}/", { params: { path: { mailing_id: id } } });
  if (!data) throw new Error("no data in the answer");
  return data;
}

/** The key of a mailing's details, which several parts of a page share; of one version of them, if one is named. */
export function statisticsKey(id: number, version: string | null = null) {
  return ["statistic", id, version];
}

interface Options {
  /** Changes when the counts do: another value has them read at once. */
  version?: string | null;
  /** How often to read again in any case, for rate and forecast move with the clock; undefined for never. */
  everyMs?: number | undefined;
  enabled?: boolean;
}

/** One mailing in detail, kept fresh; while it is read anew, what was known stays. */
export function useStatistics(id: number, { version = null, everyMs, enabled = true }: Options = {}) {
  const api = useApi();
  return useQuery({
    queryKey: statisticsKey(id, version),
    queryFn: () => readStatistics(api, id),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs === undefined ? false : pollInterval(everyMs),
    refetchIntervalInBackground: true,
    enabled,
  });
}
