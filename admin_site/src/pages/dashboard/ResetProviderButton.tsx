import RestartAlt from "@mui/icons-material/RestartAlt";
import { Button } from "@mui/material";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Confirm, useCanAccess, useNotify, useTranslate } from "react-admin";
import { useApi } from "../../api/ApiContext";
import type { ProviderHealth } from "../../api/types";
import { canBeReset } from "./providerReset";

/** Button that makes sending to the provider go on at once, after a question. */
export function ResetProviderButton({ health }: { health: ProviderHealth }) {
  const translate = useTranslate();
  const notify = useNotify();
  const api = useApi();
  const queries = useQueryClient();
  const { canAccess } = useCanAccess({ resource: "provider", action: "reset" });
  const [asking, setAsking] = useState(false);
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      api.POST("/api/v1/provider/{provider_name}/reset/", { params: { path: { provider_name: health.name } } }),
    onSuccess: () => notify("dashboard.provider_reset_done", { type: "success" }),
    onError: (error) => notify(error.message, { type: "error" }),
    onSettled: () => queries.invalidateQueries(),
  });
  if (!canAccess || !canBeReset(health)) return null;
  return (
    <>
      <Button size="small" startIcon={<RestartAlt />} disabled={isPending} onClick={() => setAsking(true)}>
        {translate("dashboard.provider_reset")}
      </Button>
      <Confirm
        isOpen={asking}
        title={translate("dashboard.provider_reset_title")}
        content={translate("dashboard.provider_reset_text", { name: health.address ?? health.name })}
        onConfirm={() => {
          setAsking(false);
          mutate();
        }}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
