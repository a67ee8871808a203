import type { ImportResult, OverriddenRow, RefusedRow } from "../../api/types";
import { lineInFile, type Chunk } from "./chunks";

/** Progress of an import, with the lines of the file. */
export interface ImportProgress {
  file: string;
  done: number;
  total: number;
  created: number;
  updated: number;
  refused: RefusedRow[];
  /** Number of rows that a later row with the same phone overrides, and most of these rows. */
  overriddenRows: number;
  overridden: OverriddenRow[];
  state: "running" | "stopped" | "done";
  /** Reason why the import stopped. */
  error?: string;
}

/** What the service made of a chunk. */
export type ChunkResult = Pick<ImportResult, "created" | "updated" | "refused"> &
  Partial<Pick<ImportResult, "overridden_rows" | "overridden">>;

/** Return the progress before the first chunk. */
export function begin(file: string, chunks: readonly Chunk[]): ImportProgress {
  const total = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const counts = { done: 0, created: 0, updated: 0, overriddenRows: 0 };
  return { file, total, ...counts, refused: [], overridden: [], state: "running" };
}

/** Return the progress after a chunk. */
export function withResult(before: ImportProgress, chunk: Chunk, result: ChunkResult): ImportProgress {
  const inFile = (line: number) => lineInFile(chunk, line);
  const refused = result.refused.map((row) => ({ ...row, line: inFile(row.line) }));
  const overridden = (result.overridden ?? []).map((row) => ({
    ...row,
    line: inFile(row.line),
    by_line: inFile(row.by_line),
  }));
  return {
    ...before,
    done: before.done + chunk.rows,
    created: before.created + result.created,
    updated: before.updated + result.updated,
    refused: [...before.refused, ...refused].sort(byLine),
    overriddenRows: before.overriddenRows + (result.overridden_rows ?? 0),
    overridden: [...before.overridden, ...overridden].sort(byLine),
  };
}

function byLine(one: { line: number }, other: { line: number }): number {
  return one.line - other.line;
}
