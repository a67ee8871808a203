import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { MailingStatistics } from "../../api/types";
import type { Api } from "../../api/client";
import { pollInterval } from "../polling";
import { useApi } from "../../api/ApiContext";

/** Read a mailing's statistics. */
export async function readStatistics(api: Api, id: number): Promise<MailingStatistics> {
  const { data } = await api.GET("/api/v1/statistic/{mailing_id}/", { params: { path: { mailing_id: id } } });
  if (!data) throw new Error("no data in the answer");
  return data;
}

/** Query key of a mailing's statistics, shared by the parts of a page; `version` names one version of them. */
export function statisticsKey(id: number, version: string | null = null) {
  return ["statistic", id, version];
}

interface Options {
  /** Version of the mailing's counts; a new one reads the statistics at once. */
  version?: string | null;
  /** Interval in milliseconds: rate and forecast change with time alone. Undefined: no polling. */
  everyMs?: number | undefined;
  enabled?: boolean;
}

/** Read a mailing's statistics and keep them up to date; the previous ones stay while new ones load. */
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
