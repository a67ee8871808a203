import { Box, Typography } from "@mui/material";
import type { ReactNode } from "react";
import { EditButton, useTranslate } from "react-admin";
import type { Client } from "../../../api/types";
import { Section } from "../../../common/components/Section";
import { useFormats } from "../../../i18n/formats";
import { ClientTags } from "../ClientTags";

/** Phone, tags, time zone with its time, and attributes of a client, with a button to edit them. */
export function ClientDetails({ client }: { client: Client }) {
  const translate = useTranslate();
  const { clock } = useFormats();
  const time = translate("mailing.show.local_time", { time: clock(new Date(), client.timezone) });
  return (
    <Section title={client.phone} action={<EditButton />}>
      <Box component="dl" sx={{ display: "grid", gridTemplateColumns: "minmax(120px, 1fr) 4fr", gap: 1, m: 0 }}>
        <Row name={translate("resources.client.fields.tags")}>
          {client.tags.length > 0 ? <ClientTags tags={client.tags} /> : "—"}
        </Row>
        <Row name={translate("resources.client.fields.timezone")}>{`${client.timezone} (${time})`}</Row>
        <Row name={translate("resources.client.fields.operator_code")}>{client.operator_code}</Row>
        {Object.entries(client.attributes).map(([name, value]) => (
          <Row key={name} name={name}>
            {String(value)}
          </Row>
        ))}
      </Box>
    </Section>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <Typography component="dt" variant="body2" color="textSecondary" sx={{ overflowWrap: "anywhere" }}>
        {name}
      </Typography>
      <Typography component="dd" variant="body2" sx={{ m: 0, overflowWrap: "anywhere" }}>
        {children}
      </Typography>
    </>
  );
}
