import { useQuery, useQueryClient } from "@tanstack/react-query";
import { versioned, type Versioned } from "../../../api/resources";
import type { Mailing, MailingStatus } from "../../../api/types";
import { pollInterval } from "../../../common/polling";
import { useApi } from "../../../api/ApiContext";

const POLL_MS: Record<MailingStatus, number> = {
  running: 1500,
  scheduled: 3000,
  paused: 5000,
  // It may be retried, by somebody else too.
  finished: 15_000,
  cancelled: 15_000,
};

export function mailingKey(id: number) {
  return ["mailing", "live", id];
}

/** A mailing, kept fresh: what has not changed is not sent again, and nothing is drawn anew for it. */
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
