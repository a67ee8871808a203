import { useRef, useState } from "react";
import { useApi } from "../../../api/ApiContext";
import { splitTable, type Chunk } from "./chunks";
import { FileProblem } from "./fileProblem";
import { convert, decode, guessEncoding, type Encoding } from "./fileText";
import { importChunk } from "./importChunk";
import { begin, withResult, type ImportProgress } from "./progress";
import { readTable, type Table } from "./table";

/** File in another encoding than UTF-8, which waits for the reader's choice. */
export interface ForeignFile {
  name: string;
  bytes: Uint8Array;
  /** Encoding that the file probably has. */
  encoding: Encoding;
}

/** File that waits for the reader's choice of its country. */
export interface ReadFile {
  name: string;
  table: Table;
}

interface Work {
  chunks: Chunk[];
  country: string | undefined;
  keys: string[];
  next: number;
}

/**
 * Open a file, then import it chunk by chunk. A failed chunk can be retried; chunks sent before stay imported.
 *
 * A file with a fault that concerns all of it is refused before the first chunk.
 */
export function useImport() {
  const api = useApi();
  const [progress, setProgress] = useState<ImportProgress>();
  const [read, setRead] = useState<ReadFile>();
  const [foreign, setForeign] = useState<ForeignFile>();
  const [problem, setProblem] = useState<FileProblem | "no_rows">();
  const work = useRef<Work>({ chunks: [], country: undefined, keys: [], next: 0 });

  const run = async () => {
    const { chunks, country, keys } = work.current;
    setProgress((before) => before && { ...before, state: "running" });
    try {
      for (; work.current.next < chunks.length; work.current.next += 1) {
        const chunk = chunks[work.current.next];
        if (!chunk) break;
        const result = await importChunk(api, chunk, { country, key: keys[work.current.next] });
        setProgress((before) => before && withResult(before, chunk, result));
      }
      setProgress((before) => before && { ...before, state: "done" });
    } catch (error) {
      setProgress((before) => before && { ...before, state: "stopped", error: (error as Error).message });
    }
  };

  const show = (name: string, text: string) => {
    const table = readTable(text);
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
  const startImport = async ({ name, table }: ReadFile, country: string | undefined) => {
    const chunks = splitTable(table);
    work.current = { chunks, country, keys: chunks.map(() => crypto.randomUUID()), next: 0 };
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
