import type { Api } from "../../../api/client";
import type { ImportResult } from "../../../api/types";
import type { Chunk } from "../../../common/files/chunks";

interface Options {
  /** Country whose national writing of phones the file has. */
  country: string | undefined;
  dry_run?: boolean;
  /** Idempotency key: a repeated call has no further effect. */
  key?: string | undefined;
}

/** Send a chunk to the service. */
export async function importChunk(api: Api, chunk: Chunk, { key, ...query }: Options): Promise<ImportResult> {
  const { data } = await api.POST("/api/v1/client/import/", {
    params: { query },
    body: chunk.body as never,
    bodySerializer: (body: string) => body,
    headers: { "Content-Type": "text/csv", "Idempotency-Key": key },
  });
  if (!data) throw new Error("no data in the answer");
  return data;
}
