import type { Job, JobStatus } from "../../api/types";

const OPEN: readonly JobStatus[] = ["waiting", "running"];

/** Return true if the service still works on the job. */
export function isOpen({ status }: Pick<Job, "status">): boolean {
  return OPEN.includes(status);
}

/** Return the share of the job that is done, 0 to 100, or undefined if its size is not known. */
export function percentDone({ done, total }: Pick<Job, "done" | "total">): number | undefined {
  return total ? Math.min(100, (100 * done) / total) : undefined;
}
