import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Api } from "../../api/client";
import { versioned } from "../../api/resources";
import type { Tag } from "../../api/types";
import { useApi } from "../../api/ApiContext";
import { useDebounced } from "../useDebounced";

const TAGS_OFFERED = 50;
const DEBOUNCE_MS = 250;

/** Read the tags to choose from: those whose name contains the typed text, the closest first. */
export function useTags(typed: string): Tag[] {
  const api = useApi();
  const search = useDebounced(typed.trim(), DEBOUNCE_MS);
  const { data } = useQuery({
    queryKey: ["tags-offered", search],
    queryFn: () => searchTags(api, search),
    placeholderData: keepPreviousData,
  });
  return data ?? [];
}

/** Search tags on the server. Shorter names come first, so a tag of exactly that name is always among them. */
export async function searchTags(api: Api, search: string): Promise<Tag[]> {
  const query = search === "" ? { limit: TAGS_OFFERED } : { limit: TAGS_OFFERED, search, sort: "length" as const };
  return versioned(await api.GET("/api/v1/tag/", { params: { query } })).data.items;
}
