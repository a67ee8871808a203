import OptOutIcon from "@mui/icons-material/DoNotDisturbOn";
import { Button, MenuItem, TextField } from "@mui/material";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useCanAccess, useNotify, useTranslate } from "react-admin";
import { useApi } from "../../api/ApiContext";
import type { OptOutInput, OptOutScope } from "../../api/types";
import { en } from "../../i18n/en";
import { isLongEnough } from "../phones";
import { ReasonDialog } from "./ReasonDialog";

interface Props {
  /** The person; without it, the dialog asks for the phone. */
  phone?: string;
  variant?: "contained" | "text";
}

/** Button that records an opt-out, after a question for its scope and reason. */
export function RecordOptOut({ phone, variant = "text" }: Props) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: "optout", action: "create" });
  const [asking, setAsking] = useState(false);
  if (!canAccess) return null;
  return (
    <>
      <Button size="small" variant={variant} startIcon={<OptOutIcon />} onClick={() => setAsking(true)}>
        {translate("opt_out.record")}
      </Button>
      {asking && <RecordDialog known={phone} onClose={() => setAsking(false)} />}
    </>
  );
}

function RecordDialog({ known, onClose }: { known: string | undefined; onClose: () => void }) {
  const translate = useTranslate();
  const [typed, setTyped] = useState("");
  const [scope, setScope] = useState<OptOutScope>("all");
  const { mutate, isPending, error } = useRecording(onClose);
  const phone = known ?? typed;
  return (
    <ReasonDialog
      title={known === undefined ? translate("opt_out.record") : `${translate("opt_out.record")}: ${known}`}
      text={translate("opt_out.record_text")}
      reasonHelp={translate("opt_out.reason_help")}
      confirm={translate("opt_out.record")}
      isReady={isLongEnough(phone)}
      isPending={isPending}
      error={error}
      onConfirm={(reason) => mutate({ phone, scope, reason })}
      onClose={onClose}
    >
      {known === undefined && (
        <TextField
          label={translate("resources.optout.fields.phone")}
          helperText={translate("client.form.phone_help")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          slotProps={{ htmlInput: { inputMode: "tel" } }}
          autoFocus
          required
        />
      )}
      <TextField
        select
        label={translate("resources.optout.fields.scope")}
        value={scope}
        onChange={(event) => setScope(event.target.value as OptOutScope)}
      >
        {Object.keys(en.opt_out_scope).map((each) => (
          <MenuItem key={each} value={each}>
            {translate(`opt_out_scope.${each}`)}
          </MenuItem>
        ))}
      </TextField>
    </ReasonDialog>
  );
}

function useRecording(onDone: () => void) {
  const api = useApi();
  const notify = useNotify();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: OptOutInput) => api.POST("/api/v1/optout/", { body }),
    onSuccess: async () => {
      notify("opt_out.recorded", { type: "success" });
      onDone();
      await queries.invalidateQueries();
    },
  });
}
