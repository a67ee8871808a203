import type { Retention } from "../../api/types";

/** Return the key of the words on the newest removal, and its time. */
export function lastRemoval({ started_at, finished_at }: Pick<Retention, "started_at" | "finished_at">) {
  if (finished_at !== null) return { messageKey: "retention.finished", at: finished_at };
  return { messageKey: started_at === null ? "retention.never" : "retention.running", at: started_at };
}
