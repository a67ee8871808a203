import { Box, Link as TextLink, MenuItem, TextField, Typography } from "@mui/material";
import { useState } from "react";
import { DataTable, ListBase, useListContext, useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import type { ClientMessage, MessageStatus } from "../../../api/types";
import { CursorPagination } from "../../../common/components/CursorPagination";
import { Section } from "../../../common/components/Section";
import { MessageStatusChip } from "../../../common/mailings/MessageStatusChip";
import { MESSAGE_STATUSES } from "../../../common/statuses";
import { useFormats } from "../../../i18n/formats";
import { usePhrases } from "../../../i18n/phrases";

/** Every message that a client was ever sent, newest first. */
export function ClientMessages({ phone }: { phone: string }) {
  const translate = useTranslate();
  const [status, setStatus] = useState<MessageStatus | "">("");
  return (
    <Section title={translate("client.show.messages")}>
      <StatusFilter status={status} onChange={setStatus} />
      <ListBase
        // A new filter starts at its first page.
        key={`${phone}/${status}`}
        resource="client_message"
        filter={{ phone, status }}
        perPage={25}
        disableSyncWithLocation
        storeKey={false}
      >
        <Removed />
        <Messages />
        <CursorPagination />
      </ListBase>
    </Section>
  );
}

interface FilterProps {
  status: MessageStatus | "";
  onChange: (status: MessageStatus | "") => void;
}

function StatusFilter({ status, onChange }: FilterProps) {
  const translate = useTranslate();
  return (
    <TextField
      select
      size="small"
      fullWidth={false}
      label={translate("resources.client_message.fields.status")}
      value={status}
      onChange={(event) => onChange(event.target.value as MessageStatus | "")}
      sx={{ minWidth: 160 }}
    >
      <MenuItem value="">{translate("mailing.show.all")}</MenuItem>
      {MESSAGE_STATUSES.map((each) => (
        <MenuItem key={each} value={each}>
          {translate(`message_status.${each}`)}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** Note that older messages may have been removed. */
function Removed() {
  const translate = useTranslate();
  const { moment } = useFormats();
  const { removed_until } = (useListContext().meta ?? {}) as { removed_until?: string | null };
  if (!removed_until) return null;
  return (
    <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
      {translate("retention.messages_removed", { time: moment(removed_until) })}
    </Typography>
  );
}

function Messages() {
  const translate = useTranslate();
  const { reason } = usePhrases();
  const nothing = (
    <Typography color="textSecondary" sx={{ p: 3, textAlign: "center" }}>
      {translate("app.empty")}
    </Typography>
  );
  return (
    <Box sx={{ overflowX: "auto" }}>
      <DataTable<ClientMessage> bulkActionButtons={false} rowClick={false} empty={nothing}>
        <DataTable.Col<ClientMessage>
          source="mailing"
          disableSort
          render={({ mailing }) => <MailingOf mailing={mailing} />}
        />
        <DataTable.Col<ClientMessage>
          source="status"
          disableSort
          render={({ status }) => <MessageStatusChip status={status} />}
        />
        <DataTable.Col<ClientMessage>
          source="text"
          disableSort
          render={({ text }) => (
            <Box sx={{ minWidth: 200, maxWidth: 420, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{text}</Box>
          )}
        />
        <DataTable.Col<ClientMessage> source="attempts" disableSort align="right" />
        <DataTable.Col<ClientMessage>
          source="sent_at"
          disableSort
          render={({ sent_at, due_at }) => <Times sentAt={sent_at} dueAt={due_at} />}
        />
        <DataTable.Col<ClientMessage>
          source="last_error"
          disableSort
          render={({ last_error: text, last_error_code: code, last_error_params: params }) =>
            text && <Box sx={{ maxWidth: 320, overflowWrap: "anywhere" }}>{reason({ code, params, text })}</Box>
          }
        />
      </DataTable>
    </Box>
  );
}

function Times({ sentAt, dueAt }: { sentAt: ClientMessage["sent_at"]; dueAt: ClientMessage["due_at"] }) {
  const translate = useTranslate();
  const { precise } = useFormats();
  return (
    <>
      {sentAt && precise(sentAt)}
      {dueAt && (
        <Typography variant="caption" component="div" color="textSecondary">
          {translate("client.show.due", { time: precise(dueAt) })}
        </Typography>
      )}
    </>
  );
}

function MailingOf({ mailing }: { mailing: ClientMessage["mailing"] }) {
  const translate = useTranslate();
  if (mailing === null) return <em>{translate("client.show.no_mailing")}</em>;
  if (mailing.deleted) return <em>{translate("client.show.deleted_mailing", { id: mailing.id })}</em>;
  return (
    <Box sx={{ width: 140 }}>
      <TextLink component={Link} to={`/mailing/${mailing.id}/show`}>
        #{mailing.id}
      </TextLink>
      <Typography variant="caption" component="div" color="textSecondary" noWrap title={mailing.text}>
        {mailing.text}
      </Typography>
    </Box>
  );
}
