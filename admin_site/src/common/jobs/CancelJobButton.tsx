import Stop from "@mui/icons-material/StopCircleOutlined";
import { Button } from "@mui/material";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Confirm, useCanAccess, useNotify, useTranslate } from "react-admin";
import type { Job } from "../../api/types";
import { useApi } from "../../api/ApiContext";
import { isOpen } from "./jobs";

/** Button that stops an open job, after a question. */
export function CancelJobButton({ job }: { job: Job }) {
  const translate = useTranslate();
  const notify = useNotify();
  const api = useApi();
  const queries = useQueryClient();
  const { canAccess } = useCanAccess({ resource: "job", action: "act" });
  const [asking, setAsking] = useState(false);
  const { mutate, isPending } = useMutation({
    mutationFn: () => api.POST("/api/v1/job/{job_id}/cancel/", { params: { path: { job_id: job.id } } }),
    onSuccess: () => notify("job.cancelled", { type: "success" }),
    onError: (error) => notify(error.message, { type: "error" }),
    onSettled: () => queries.invalidateQueries(),
  });
  if (!canAccess || !isOpen(job)) return null;
  return (
    <>
      <Button size="small" color="error" startIcon={<Stop />} disabled={isPending} onClick={() => setAsking(true)}>
        {translate("job.cancel")}
      </Button>
      <Confirm
        isOpen={asking}
        title={translate("job.cancel_title")}
        content={translate("job.cancel_text")}
        onConfirm={() => {
          setAsking(false);
          mutate();
        }}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
