import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../../../../api/ApiContext";
import type { Import, ImportInput } from "../../../../api/types";
import { isOpen } from "../../../../common/jobs/jobs";
import { pollInterval } from "../../../../common/polling";
import { put } from "./put";

const POLL_MS = 1000;

/** Upload a file, start its import, and follow it. */
export function useUpload(file: File) {
  const api = useApi();
  const [sentBytes, setSentBytes] = useState(0);
  const upload = useMutation({
    mutationFn: async (body: ImportInput) => {
      setSentBytes(0);
      const { data: made } = await api.POST("/api/v1/import/", { body });
      if (!made) throw new Error("no data in the answer");
      await put(made.upload, file, setSentBytes);
      const path = { import_id: made.id };
      const { data: started } = await api.POST("/api/v1/import/{import_id}/start/", { params: { path } });
      return started;
    },
  });
  const id = upload.data?.id;
  const progress = useQuery({
    queryKey: ["import", id],
    enabled: id !== undefined,
    queryFn: async () => {
      const { data } = await api.GET("/api/v1/import/{import_id}/", { params: { path: { import_id: id ?? 0 } } });
      return data ?? null;
    },
    refetchInterval: ({ state }) => (ended(state.data) ? false : pollInterval(POLL_MS)()),
    refetchIntervalInBackground: true,
  });
  return {
    start: upload.mutate,
    isSending: upload.isPending,
    sentBytes,
    error: upload.error?.message,
    found: progress.data ?? upload.data,
  };
}

function ended(found: Import | null | undefined): boolean {
  return !!found && !isOpen(found);
}
