import Download from "@mui/icons-material/Download";
import { Button } from "@mui/material";
import { useMutation } from "@tanstack/react-query";
import { useCanAccess, useNotify, useTranslate } from "react-admin";
import { useApi } from "../../../../api/ApiContext";
import { download } from "../../../../common/files/download";
import { readPersonalData } from "./personalData";

/** Button that saves everything that is known of a person. */
export function DownloadData({ phone }: { phone: string }) {
  const translate = useTranslate();
  const notify = useNotify();
  const api = useApi();
  const { canAccess } = useCanAccess({ resource: "client", action: "data" });
  const { mutate, isPending } = useMutation({
    mutationFn: () => readPersonalData(api, phone),
    onSuccess: (data) => download(`client-${phone}.json`, "application/json", [JSON.stringify(data, null, 2)]),
    onError: (error) => notify(error.message, { type: "error" }),
  });
  if (!canAccess) return null;
  return (
    <Button size="small" startIcon={<Download />} disabled={isPending} onClick={() => mutate()}>
      {translate(isPending ? "privacy.downloading" : "privacy.download")}
    </Button>
  );
}
