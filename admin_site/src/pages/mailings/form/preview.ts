import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { MailingInput, Preview } from "../../../api/types";
import { useApi } from "../../../api/ApiContext";
import { useDebounced } from "../../../common/useDebounced";
import { totalLength, openIntervals } from "../windows";

const DEBOUNCE_MS = 400;

/** Preview a mailing with the service's planner, once the input stops changing. */
export function usePreview(input: MailingInput | undefined) {
  const api = useApi();
  const body = useDebounced(input && JSON.stringify(input), DEBOUNCE_MS);
  return useQuery({
    queryKey: ["preview", body],
    queryFn: async ({ signal }) => {
      const given = JSON.parse(body ?? "") as MailingInput;
      const { data } = await api.POST("/api/v1/mailing/preview/", { body: given, signal });
      if (!data) throw new Error("no data in the answer");
      return data;
    },
    enabled: body !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });
}

export interface LateMessages {
  count: number;
  needed: number;
}

/**
 * Estimate how many messages miss the end at the mailing's rate, and the rate (messages/s) that would be enough.
 *
 * Both are lower bounds: all time in which any time zone is open counts as fully used.
 */
export function lateMessages(input: MailingInput, preview: Preview): LateMessages | undefined {
  const reachable = preview.audience - preview.unreachable;
  if (input.max_rate == null || reachable <= 0) return undefined;
  const [starts, ends] = [Date.parse(input.starts_at), Date.parse(input.ends_at)];
  const open = preview.zones.flatMap(({ timezone }) =>
    openIntervals(timezone, input.send_window ?? null, starts, ends),
  );
  const seconds = totalLength(open) / 1000;
  const count = Math.ceil(reachable - input.max_rate * seconds);
  return count > 0 && seconds > 0 ? { count, needed: Math.ceil(reachable / seconds) } : undefined;
}
