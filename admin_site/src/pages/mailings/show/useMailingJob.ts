import { useQuery } from "@tanstack/react-query";
import { versioned } from "../../../api/resources";
import type { Job } from "../../../api/types";
import { isOpen } from "../../../common/jobs/jobs";
import { pollInterval } from "../../../common/polling";
import { useApi } from "../../../api/ApiContext";

const OPEN_POLL_MS = 2000;
const IDLE_POLL_MS = 30_000;

export function mailingJobKey(mailingId: number) {
  return ["mailing", "job", mailingId];
}

/** Read the latest job of a mailing, and keep it up to date. */
export function useMailingJob(mailingId: number) {
  const api = useApi();
  return useQuery({
    queryKey: mailingJobKey(mailingId),
    queryFn: async (): Promise<Job | null> => {
      const query = { mailing_id: mailingId, limit: 1 };
      const [latest] = versioned(await api.GET("/api/v1/job/", { params: { query } })).data.items;
      return latest ?? null;
    },
    refetchInterval: ({ state }) => pollInterval(state.data && isOpen(state.data) ? OPEN_POLL_MS : IDLE_POLL_MS)(),
    refetchIntervalInBackground: true,
  });
}
