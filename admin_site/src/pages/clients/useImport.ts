import { useRef, useState } from "react";
import type { ImportResult } from "../../api/types";
import { useApi } from "../../api/ApiContext";
import { lineInFile, split, type Part } from "./csv";

export interface Refused {
  line: number;
  reason: string;
}

export interface Import {
  file: string;
  done: number;
  total: number;
  created: number;
  updated: number;
  refused: Refused[];
  state: "running" | "stopped" | "done";
  /** Reason why the import stopped. */
  error?: string;
}

interface Work {
  parts: Part[];
  keys: string[];
  next: number;
}

/** Import a file chunk by chunk. A failed chunk can be retried; chunks sent before stay imported. */
export function useImport() {
  const api = useApi();
  const [progress, setProgress] = useState<Import>();
  const work = useRef<Work>({ parts: [], keys: [], next: 0 });

  const go = async () => {
    const { parts, keys } = work.current;
    setProgress((before) => before && { ...before, state: "running" });
    try {
      for (; work.current.next < parts.length; work.current.next += 1) {
        const part = parts[work.current.next];
        if (!part) break;
        const { data } = await api.POST("/api/v1/client/import/", {
          body: part.body as never,
          bodySerializer: (body: string) => body,
          headers: { "Content-Type": "text/csv", "Idempotency-Key": keys[work.current.next] },
        });
        if (!data) throw new Error("no data in the answer");
        setProgress((before) => before && added(before, part, data));
      }
      setProgress((before) => before && { ...before, state: "done" });
    } catch (error) {
      setProgress((before) => before && { ...before, state: "stopped", error: (error as Error).message });
    }
  };

  const start = async (file: File) => {
    const bytes = await file.arrayBuffer();
    const text = decode(bytes);
    if (text === undefined) return "client.import.not_csv";
    const parts = split(text);
    if (parts.length === 0) return "client.import.no_rows";
    work.current = { parts, keys: parts.map(() => crypto.randomUUID()), next: 0 };
    const total = parts.reduce((sum, part) => sum + part.rows, 0);
    setProgress({ file: file.name, done: 0, total, created: 0, updated: 0, refused: [], state: "running" });
    await go();
    return undefined;
  };
  return { progress, start, resume: go, clear: () => setProgress(undefined) };
}

function decode(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function added(before: Import, part: Part, result: ImportResult): Import {
  const refused = result.refused.map(({ line, reason }) => ({ line: lineInFile(part, line), reason }));
  return {
    ...before,
    done: before.done + part.rows,
    created: before.created + result.created,
    updated: before.updated + result.updated,
    refused: [...before.refused, ...refused],
  };
}
