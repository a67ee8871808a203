import { useRef, useState } from "react";
import type { ImportResult, RefusedRow } from "../../../api/types";
import { useApi } from "../../../api/ApiContext";
import { lineInFile, splitCsv, type CsvChunk } from "./csv";

export interface ImportProgress {
  file: string;
  done: number;
  total: number;
  created: number;
  updated: number;
  refused: RefusedRow[];
  state: "running" | "stopped" | "done";
  /** Reason why the import stopped. */
  error?: string;
}

interface Work {
  chunks: CsvChunk[];
  keys: string[];
  next: number;
}

/** Import a file chunk by chunk. A failed chunk can be retried; chunks sent before stay imported. */
export function useImport() {
  const api = useApi();
  const [progress, setProgress] = useState<ImportProgress>();
  const work = useRef<Work>({ chunks: [], keys: [], next: 0 });

  const run = async () => {
    const { chunks, keys } = work.current;
    setProgress((before) => before && { ...before, state: "running" });
    try {
      for (; work.current.next < chunks.length; work.current.next += 1) {
        const chunk = chunks[work.current.next];
        if (!chunk) break;
        const { data } = await api.POST("/api/v1/client/import/", {
          body: chunk.body as never,
          bodySerializer: (body: string) => body,
          headers: { "Content-Type": "text/csv", "Idempotency-Key": keys[work.current.next] },
        });
        if (!data) throw new Error("no data in the answer");
        setProgress((before) => before && withResult(before, chunk, data));
      }
      setProgress((before) => before && { ...before, state: "done" });
    } catch (error) {
      setProgress((before) => before && { ...before, state: "stopped", error: (error as Error).message });
    }
  };

  const start = async (file: File) => {
    const text = decode(await file.arrayBuffer());
    if (text === undefined) return "client.import.not_csv";
    const chunks = splitCsv(text);
    if (chunks.length === 0) return "client.import.no_rows";
    work.current = { chunks, keys: chunks.map(() => crypto.randomUUID()), next: 0 };
    const total = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
    setProgress({ file: file.name, done: 0, total, created: 0, updated: 0, refused: [], state: "running" });
    await run();
    return undefined;
  };
  return { progress, start, resume: run, clear: () => setProgress(undefined) };
}

function decode(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function withResult(before: ImportProgress, chunk: CsvChunk, result: ImportResult): ImportProgress {
  const refused = result.refused.map((row) => rowInFile(chunk, row));
  return {
    ...before,
    done: before.done + chunk.rows,
    created: before.created + result.created,
    updated: before.updated + result.updated,
    refused: [...before.refused, ...refused],
  };
}

/** Number the lines of a chunk's row, its own and one that its reason names, as the file has them. */
function rowInFile(chunk: CsvChunk, row: RefusedRow): RefusedRow {
  const { line } = row.params;
  const params = typeof line === "number" ? { ...row.params, line: lineInFile(chunk, line) } : row.params;
  return { ...row, line: lineInFile(chunk, row.line), params };
}
