import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { MailingInput, Preview } from "../../../api/types";
import { useApi } from "../../../api/ApiContext";
import { useDebounced } from "../../../common/useDebounced";

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

/** Return the number of clients who will probably get the message. */
export function reachableOf({ audience, unreachable, suppressed }: Preview): number {
  return Math.max(0, audience - unreachable - suppressed.opted_out - suppressed.no_consent);
}

/** What the launch check says of a preview: key of its message with values, and how serious it is. */
export interface Finding {
  severity: "warning" | "info";
  messageKey: string;
  values: Record<string, string | number>;
}

/** Return whom a mailing will not reach as its author wants: by its rate, its text or the values of clients, and when by a time zone that was not given. */
export function findingsOf(preview: Preview): Finding[] {
  return [
    ...suppressedFindings(preview),
    ...lateFindings(preview),
    ...timezoneFindings(preview),
    ...textFindings(preview),
  ];
}

/** Return whom a mailing may not reach: those who have opted out, and those without a consent that it needs. */
export function suppressedFindings({ suppressed }: Preview): Finding[] {
  return (["opted_out", "no_consent"] as const)
    .filter((why) => suppressed[why] > 0)
    .map((why) => ({
      severity: "info",
      messageKey: `mailing.form.check_${why}`,
      values: { smart_count: suppressed[why] },
    }));
}

function lateFindings({ forecast, unreachable }: Preview): Finding[] {
  const late = forecast.will_miss_end - unreachable;
  if (late <= 0) return [];
  const values = { smart_count: late, needed: forecast.rate_needed ?? 0 };
  return [{ severity: "warning", messageKey: "mailing.form.check_late", values }];
}

function timezoneFindings({ default_timezones }: Preview): Finding[] {
  if (default_timezones === 0) return [];
  const values = { smart_count: default_timezones };
  return [{ severity: "info", messageKey: "mailing.form.check_default_timezone", values }];
}

function textFindings({ placeholders, too_long }: Preview): Finding[] {
  const found: Finding[] = placeholders
    .filter((each) => each.clients_without > 0)
    .map(({ name, has_default, clients_without }) => ({
      severity: has_default ? "info" : "warning",
      messageKey: `mailing.form.${has_default ? "check_default" : "check_missing"}`,
      values: { name: `{${name}}`, smart_count: clients_without },
    }));
  if (too_long > 0) {
    found.push({ severity: "warning", messageKey: "mailing.form.check_too_long", values: { smart_count: too_long } });
  }
  return found;
}
