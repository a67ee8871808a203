import { Button } from "@mui/material";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useCanAccess, useNotify, useTranslate } from "react-admin";
import { useApi } from "../../api/ApiContext";
import { ReasonDialog } from "./ReasonDialog";

/** Button that lifts an opt-out, after a question for the reason. */
export function LiftOptOut({ phone }: { phone: string }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: "optout", action: "delete" });
  const [asking, setAsking] = useState(false);
  if (!canAccess) return null;
  return (
    <>
      <Button
        size="small"
        color="inherit"
        onClick={() => setAsking(true)}
        aria-label={`${translate("opt_out.lift")} ${phone}`}
      >
        {translate("opt_out.lift")}
      </Button>
      {asking && <LiftDialog phone={phone} onClose={() => setAsking(false)} />}
    </>
  );
}

function LiftDialog({ phone, onClose }: { phone: string; onClose: () => void }) {
  const translate = useTranslate();
  const { mutate, isPending, error } = useLifting(phone, onClose);
  return (
    <ReasonDialog
      title={translate("opt_out.lift_title", { phone })}
      text={translate("opt_out.lift_text")}
      reasonHelp={translate("opt_out.lift_reason_help")}
      confirm={translate("opt_out.lift")}
      isPending={isPending}
      error={error}
      onConfirm={mutate}
      onClose={onClose}
    />
  );
}

function useLifting(phone: string, onDone: () => void) {
  const api = useApi();
  const notify = useNotify();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      api.DELETE("/api/v1/optout/{phone}/", { params: { path: { phone }, query: { reason } } }),
    onSuccess: async () => {
      notify("opt_out.lifted", { type: "success" });
      onDone();
      await queries.invalidateQueries();
    },
  });
}
