import type { Import } from "../../../../api/types";
import { isOpen } from "../../../../common/jobs/jobs";

/** Largest file that the page reads itself. A larger or a compressed one is uploaded as it is. */
const READ_BYTES = 4_500_000;

/** Return true if the service reads the file, and not this page. */
export function isUploaded(file: Pick<File, "name" | "size">): boolean {
  return file.size > READ_BYTES || file.name.toLowerCase().endsWith(".gz");
}

/** Step of an import: the upload, the reading of the file, and the storing of its clients. */
export type Step = "upload" | "read" | "store";

/** Return the step of a started import, or undefined if it has ended. */
export function stepOf(found: Import): Exclude<Step, "upload"> | undefined {
  if (!isOpen(found)) return undefined;
  return found.bytes_done === found.bytes_total && handled(found) > 0 ? "store" : "read";
}

/** Return the share of the current step that is done, 0 to 100. */
export function percentOf(found: Import): number {
  return stepOf(found) === "store"
    ? share(handled(found) - found.refused, found.rows - found.refused)
    : share(found.bytes_done, found.bytes_total ?? 0);
}

/** Return the share of a whole in percent. */
export function share(done: number, total: number): number {
  return total > 0 ? Math.min(100, (100 * done) / total) : 0;
}

function handled({ created, updated, skipped, refused }: Import): number {
  return created + updated + skipped > 0 ? created + updated + skipped + refused : 0;
}
