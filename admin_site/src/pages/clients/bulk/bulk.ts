import type { Bulk, Job } from "../../../api/types";
import { isOpen } from "../../../common/jobs/jobs";

export type BulkAction = "add_tags" | "remove_tags" | "delete";

/** Return the filter of a bulk change for a whole list, or undefined if the list has filters that the change lacks. */
export function filterOf(values: Record<string, unknown>): NonNullable<Bulk["filter"]> | undefined {
  const { tag, operator_code: code, ...others } = values;
  if (Object.values(others).some((value) => value != null && value !== "")) return undefined;
  return { tags: listOf(tag), operator_codes: listOf(code) };
}

function listOf(value: unknown): string[] {
  return typeof value === "string" && value !== "" ? [value] : [];
}

/** Return the body of a bulk change. */
export function bulkOf(clients: Pick<Bulk, "filter" | "phones">, action: BulkAction, tags: string[]): Bulk {
  return {
    ...clients,
    add_tags: action === "add_tags" ? tags : [],
    remove_tags: action === "remove_tags" ? tags : [],
    delete: action === "delete",
  };
}

/** Message that tells how a bulk change went on or ended. */
export interface Outcome {
  key: "client.bulk.started" | "client.bulk.done" | "client.bulk.refused";
  count: number;
  type: "info" | "success" | "warning";
}

/** Return the messages about a job: it was begun, or its numbers of clients. */
export function outcomesOf(job: Job): Outcome[] {
  if (isOpen(job)) return [{ key: "client.bulk.started", count: 0, type: "info" }];
  const { changed = 0, deleted = 0, refused = 0 } = job.result;
  const done: Outcome = { key: "client.bulk.done", count: changed + deleted, type: "success" };
  return refused > 0 ? [done, { key: "client.bulk.refused", count: refused, type: "warning" }] : [done];
}
