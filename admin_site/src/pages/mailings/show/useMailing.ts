import { useQuery, useQueryClient } from "@tanstack/react-query";
import { versioned, type Versioned } from "../../../api/resources";
import type { Mailing } from "../../../api/types";
import { pollInterval } from "../../../common/polling";
import { MAILING_STATUS } from "../../../common/statuses";
import { useApi } from "../../../api/ApiContext";

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
    refetchInterval: ({ state }) => pollInterval(MAILING_STATUS[state.data?.data.status ?? "running"].pollMs)(),
    refetchIntervalInBackground: true,
  });
}
