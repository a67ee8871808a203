import { useQuery, useQueryClient } from "@tanstack/react-query";
import { versioned, type Versioned } from "../../../api/resources";
import type { Mailing, MailingStatus } from "../../../api/types";
import { pollInterval } from "../../../common/polling";
import { useApi } from "../../../api/ApiContext";

const POLL_MS: Record<MailingStatus, number> = {
  running: 1500,
  scheduled: 3000,
  paused: 5000,
  // Another user may retry it.
  finished: 15_000,
  cancelled: 15_000,
};

export function mailingKey(id: number) {
  return ["mailing", "live", id];
}

/** Read a mailing and keep it up to date. With its ETag an unchanged mailing is neither sent nor rendered again. */
export function useMailing(id: number) {
  const api = useApi();
  const queries = useQueryClient();
  const queryKey = mailingKey(id);
  return useQuery({
    queryKey,
    queryFn: async (): Promise<Versioned<Mailing>> => {
      const before = queries.getQueryData<Versioned<Mailing>>(queryKey);
      const answer = await api.GET("/api/v1/mailing/{mailing_id}/", {
        params: { path: { mailing_id: id }, header: { "if-none-match": before?.etag } },
      });
      return answer.response.status === 304 && before ? before : versioned(answer);
    },
    refetchInterval: ({ state }) => pollInterval(POLL_MS[state.data?.data.status ?? "running"])(),
    refetchIntervalInBackground: true,
  });
}
