import type { Api } from "../../../api/client";
import { versioned } from "../../../api/resources";
import type { OptOutImportResult } from "../../../api/types";
import type { Chunk } from "../../../common/files/chunks";
import type { FileFormat } from "../../../common/files/table";

/** Format of a file of opt-outs. */
export const OPT_OUT_FILE: FileFormat = {
  columns: ["phone", "scope", "reason", "at", "source"],
  required: ["phone"],
};

export const OPT_OUT_SAMPLE =
  "phone,scope,reason,at\n79261234567,all,by phone,2026-11-23T10:00:00Z\n79031234567,marketing,,\n";

/** Send a chunk to the service. A repeated call with the same idempotency key has no further effect. */
export async function importOptOuts(api: Api, chunk: Chunk, key: string): Promise<OptOutImportResult> {
  return versioned(
    await api.POST("/api/v1/optout/import/", {
      body: chunk.body,
      bodySerializer: (body: string) => body,
      headers: { "Content-Type": "text/csv", "Idempotency-Key": key },
    }),
  ).data;
}
