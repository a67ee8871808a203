import Erase from "@mui/icons-material/DeleteForever";
import { Button, TextField } from "@mui/material";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useCanAccess, useNotify, useRedirect, useTranslate } from "react-admin";
import { useApi } from "../../../../api/ApiContext";
import { ReasonDialog } from "../../../../common/optOuts/ReasonDialog";
import { phoneDigits } from "../../../../common/phones";

/** Button that erases a person, after the phone was typed and a reason given. */
export function EraseClient({ phone }: { phone: string }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: "client", action: "erase" });
  const [asking, setAsking] = useState(false);
  if (!canAccess) return null;
  return (
    <>
      <Button size="small" color="error" startIcon={<Erase />} onClick={() => setAsking(true)}>
        {translate("privacy.erase")}
      </Button>
      {asking && <EraseDialog phone={phone} onClose={() => setAsking(false)} />}
    </>
  );
}

function EraseDialog({ phone, onClose }: { phone: string; onClose: () => void }) {
  const translate = useTranslate();
  const [typed, setTyped] = useState("");
  const { mutate, isPending, error } = useErasure(phone);
  return (
    <ReasonDialog
      title={translate("privacy.erase_title", { phone })}
      text={translate("privacy.erase_text")}
      reasonHelp={translate("privacy.erase_reason_help")}
      confirm={translate("privacy.erase")}
      isDangerous
      isReady={phoneDigits(typed) === phone}
      isPending={isPending}
      error={error}
      onConfirm={mutate}
      onClose={onClose}
    >
      <TextField
        label={translate("privacy.erase_phone")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        slotProps={{ htmlInput: { inputMode: "tel", autoComplete: "off" } }}
        autoFocus
        required
      />
    </ReasonDialog>
  );
}

function useErasure(phone: string) {
  const api = useApi();
  const notify = useNotify();
  const redirect = useRedirect();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      api.POST("/api/v1/client/{phone}/erase/", { params: { path: { phone } }, body: { phone, reason } }),
    onSuccess: async () => {
      notify("privacy.erased", { type: "success" });
      redirect("list", "client");
      // The page of the client is still there: it must not load what is erased.
      await queries.invalidateQueries({ refetchType: "none" });
    },
  });
}
