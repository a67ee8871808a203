import { useRef, useState } from "react";
import { splitTable, type Chunk } from "./chunks";
import { FileProblem } from "./fileProblem";
import { convert, decode, guessEncoding, type Encoding } from "./fileText";
import { begin, withResult, type ChunkResult, type ImportProgress } from "./progress";
import { readTable, type FileFormat, type Table } from "./table";

/** File in another encoding than UTF-8, which waits for the reader's choice. */
export interface ForeignFile {
  name: string;
  bytes: Uint8Array;
  /** Encoding that the file probably has. */
  encoding: Encoding;
}

/** File whose rows wait for the reader's check. */
export interface ReadFile {
  name: string;
  table: Table;
}

/** Send a chunk with its idempotency key: a repeated call has no further effect. */
export type SendChunk = (chunk: Chunk, key: string) => Promise<ChunkResult>;

interface Work {
  chunks: { chunk: Chunk; key: string }[];
  send: SendChunk;
  next: number;
}

/**
 * Open a file, then import it chunk by chunk. A failed chunk can be retried; chunks sent before stay imported.
 *
 * A file with a fault that concerns all of it is refused before the first chunk.
 */
export function useImport(format: FileFormat) {
  const [progress, setProgress] = useState<ImportProgress>();
  const [read, setRead] = useState<ReadFile>();
  const [foreign, setForeign] = useState<ForeignFile>();
  const [problem, setProblem] = useState<FileProblem | "no_rows">();
  const work = useRef<Work>(undefined);

  const run = async () => {
    const started = work.current;
    if (!started) return;
    setProgress((before) => before && { ...before, state: "running" });
    try {
      for (const { chunk, key } of started.chunks.slice(started.next)) {
        const result = await started.send(chunk, key);
        started.next += 1;
        setProgress((before) => before && withResult(before, chunk, result));
      }
      setProgress((before) => before && { ...before, state: "done" });
    } catch (error) {
      setProgress((before) => before && { ...before, state: "stopped", error: (error as Error).message });
    }
  };

  const show = (name: string, text: string) => {
    const table = readTable(text, format);
    if (table.rows.length === 0) {
      setProblem("no_rows");
      return;
    }
    setForeign(undefined);
    setRead({ name, table });
  };
  const refusing = (step: () => void) => {
    setProblem(undefined);
    try {
      step();
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      setProblem(error);
    }
  };

  const open = async (file: File) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    refusing(() => {
      try {
        show(file.name, decode(bytes));
      } catch (error) {
        const encoding = error instanceof FileProblem && error.code === "body_not_utf8" && guessEncoding(bytes);
        if (!encoding) throw error;
        setForeign({ name: file.name, bytes, encoding });
      }
    });
  };
  const openConverted = ({ name, bytes }: ForeignFile, encoding: Encoding) =>
    refusing(() => show(name, convert(bytes, encoding)));
  const startImport = async ({ name, table }: ReadFile, send: SendChunk) => {
    const chunks = splitTable(table);
    work.current = { chunks: chunks.map((chunk) => ({ chunk, key: crypto.randomUUID() })), send, next: 0 };
    setRead(undefined);
    setProgress(begin(name, chunks));
    await run();
  };
  const clear = () => {
    setProgress(undefined);
    setRead(undefined);
    setForeign(undefined);
    setProblem(undefined);
  };
  return { progress, read, foreign, problem, open, openConverted, startImport, resume: run, clear };
}
