import { useQuery } from "@tanstack/react-query";
import { versioned } from "../../api/resources";
import type { MailingStatus } from "../../api/types";
import { pollInterval } from "../polling";
import { useApi } from "../../api/ApiContext";

interface Options {
  status?: MailingStatus;
  sort: "-id" | "starts_at" | "-starts_at";
  limit: number;
  everyMs: number;
}

/** Read a page of mailings and keep it up to date. */
export function useMailings({ status, sort, limit, everyMs }: Options) {
  const api = useApi();
  return useQuery({
    queryKey: ["mailings", status, sort, limit],
    queryFn: async () =>
      versioned(await api.GET("/api/v1/mailing/", { params: { query: { status, sort, limit } } })).data,
    refetchInterval: pollInterval(everyMs),
    refetchIntervalInBackground: true,
  });
}
