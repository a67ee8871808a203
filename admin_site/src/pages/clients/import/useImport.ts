import { useRef, useState } from "react";
import { useApi } from "../../../api/ApiContext";
import { splitTable, type Chunk } from "./chunks";
import { FileProblem } from "./fileProblem";
import { convert, decode, guessEncoding, type Encoding } from "./fileText";
import { begin, withResult, type ImportProgress } from "./progress";
import { readTable } from "./table";

/** File in another encoding than UTF-8, which waits for the reader's choice. */
export interface ForeignFile {
  name: string;
  bytes: Uint8Array;
  /** Encoding that the file probably has. */
  encoding: Encoding;
}

interface Work {
  chunks: Chunk[];
  keys: string[];
  next: number;
}

/**
 * Import a file chunk by chunk. A failed chunk can be retried; chunks sent before stay imported.
 *
 * A file with a fault that concerns all of it is refused before the first chunk.
 */
export function useImport() {
  const api = useApi();
  const [progress, setProgress] = useState<ImportProgress>();
  const [foreign, setForeign] = useState<ForeignFile>();
  const [problem, setProblem] = useState<FileProblem | "no_rows">();
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

  const importText = async (name: string, text: string) => {
    const chunks = splitTable(readTable(text));
    if (chunks.length === 0) {
      setProblem("no_rows");
      return;
    }
    work.current = { chunks, keys: chunks.map(() => crypto.randomUUID()), next: 0 };
    setForeign(undefined);
    setProgress(begin(name, chunks));
    await run();
  };
  const refusing = async (step: () => Promise<void>) => {
    setProblem(undefined);
    try {
      await step();
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      setProblem(error);
    }
  };

  const start = async (file: File) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    await refusing(async () => {
      try {
        await importText(file.name, decode(bytes));
      } catch (error) {
        const encoding = error instanceof FileProblem && error.code === "body_not_utf8" && guessEncoding(bytes);
        if (!encoding) throw error;
        setForeign({ name: file.name, bytes, encoding });
      }
    });
  };
  const startConverted = ({ name, bytes }: ForeignFile, encoding: Encoding) =>
    refusing(() => importText(name, convert(bytes, encoding)));
  const clear = () => {
    setProgress(undefined);
    setForeign(undefined);
    setProblem(undefined);
  };
  return { progress, foreign, problem, start, startConverted, resume: run, clear };
}
