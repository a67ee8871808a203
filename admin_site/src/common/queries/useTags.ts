import { useQuery } from "@tanstack/react-query";
import { versioned } from "../../api/resources";
import type { Tag } from "../../api/types";
import { useApi } from "../../api/ApiContext";

/** Largest page of the API. */
const TAGS_OFFERED = 500;

/** Read the tags to choose from. */
export function useTags(): Tag[] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ["tags-offered"],
    queryFn: async () => versioned(await api.GET("/api/v1/tag/", { params: { query: { limit: TAGS_OFFERED } } })).data,
  });
  return data?.items ?? [];
}
