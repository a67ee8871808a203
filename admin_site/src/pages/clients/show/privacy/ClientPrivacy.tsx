import { Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import type { ClientDetails } from "../../../../api/types";
import { Section } from "../../../../common/components/Section";
import { RecordOptOut } from "../../../../common/optOuts/RecordOptOut";
import { useFormats } from "../../../../i18n/formats";
import { DownloadData } from "./DownloadData";
import { EraseClient } from "./EraseClient";
import { consentOf } from "./consent";

/** Consent of a client, and what can be done at the person's request: opt-out, copy of the data, erasure. */
export function ClientPrivacy({ client }: { client: ClientDetails }) {
  const translate = useTranslate();
  const { moment } = useFormats();
  const { messageKey, at, source } = consentOf(client);
  return (
    <Section title={translate("privacy.title")}>
      <Typography variant="body2">
        {translate("privacy.consent")}: {translate(messageKey, { time: at && moment(at), source })}
      </Typography>
      <Stack direction="row" spacing={1} useFlexGap sx={{ mt: 2, flexWrap: "wrap" }}>
        {client.opt_out?.scope !== "all" && <RecordOptOut phone={client.phone} />}
        <DownloadData phone={client.phone} />
        <EraseClient phone={client.phone} />
      </Stack>
    </Section>
  );
}
