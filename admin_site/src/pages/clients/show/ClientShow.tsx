import { LinearProgress, Stack } from "@mui/material";
import { ShowBase, Title, useCanAccess, useRecordContext, useTranslate } from "react-admin";
import type { ClientDetails as ShownClient } from "../../../api/types";
import { ClientAudit } from "./ClientAudit";
import { ClientDetails } from "./ClientDetails";
import { ClientMessages } from "./ClientMessages";
import { ClientReplies } from "./ClientReplies";
import { OptOutBanner } from "./OptOutBanner";
import { ClientPrivacy } from "./privacy/ClientPrivacy";

/** Page of one client: opt-out, data, consent, messages, replies, and the changes of the client for those who may read the audit log. */
export default function ClientShow() {
  return (
    <ShowBase>
      <Page />
    </ShowBase>
  );
}

function Page() {
  const translate = useTranslate();
  const client = useRecordContext<ShownClient>();
  const { canAccess } = useCanAccess({ resource: "audit", action: "list" });
  if (!client) return <LinearProgress sx={{ mt: 2 }} />;
  return (
    <Stack spacing={2} sx={{ mt: 2 }}>
      <Title title={translate("client.show.title", { phone: client.phone })} />
      <OptOutBanner client={client} />
      <ClientDetails client={client} />
      <ClientPrivacy client={client} />
      <ClientMessages phone={client.phone} />
      <ClientReplies phone={client.phone} />
      {canAccess && <ClientAudit phone={client.phone} />}
    </Stack>
  );
}
