import { Alert, Box, Button, Chip, Link as TextLink, Stack, TextField, Typography } from "@mui/material";
import { useState } from "react";
import { DataTable, ListBase, useTranslate } from "react-admin";
import { Link, useSearchParams } from "react-router-dom";
import type { Mailing, Message } from "../../../api/types";
import { CursorPagination } from "../../../common/components/CursorPagination";
import { useFormats } from "../../../i18n/formats";
import { usePhrases } from "../../../i18n/phrases";
import { isLongEnough, phoneDigits } from "../../../common/phones";
import { pollInterval } from "../../../common/polling";
import { MessageStatusChip } from "../../../common/mailings/MessageStatusChip";
import { MESSAGE_STATUSES } from "../../../common/statuses";
import { ExplainDialog } from "./ExplainDialog";

const POLL_MS = 3000;

/** Messages of a mailing, filtered by status and phone. */
export function MessageList({ mailing }: { mailing: Mailing }) {
  const translate = useTranslate();
  const { precise } = useFormats();
  const [query] = useSearchParams();
  const status = query.get("messages") ?? "";
  const phone = query.get("phone") ?? "";
  const filter = { mailing_id: mailing.id, status, phone };
  return (
    <>
      <Filters mailing={mailing} status={status} phone={phone} />
      {mailing.messages_removed_at && (
        <Alert severity="info" sx={{ my: 1 }}>
          {translate("mailing.show.messages_removed", { time: precise(mailing.messages_removed_at) })}
        </Alert>
      )}
      <ListBase
        // A new filter starts at its first page.
        key={`${status}/${phone}`}
        resource="message"
        filter={filter}
        sort={{ field: "id", order: "ASC" }}
        perPage={50}
        disableSyncWithLocation
        storeKey={false}
        queryOptions={{ refetchInterval: pollInterval(POLL_MS), refetchIntervalInBackground: true }}
      >
        <Table mailing={mailing} />
        <CursorPagination />
      </ListBase>
    </>
  );
}

function Filters({ mailing, status, phone }: { mailing: Mailing; status: string; phone: string }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const [, setQuery] = useSearchParams();
  const [typed, setTyped] = useState(phone);
  const show = (change: { messages?: string; phone?: string }) => setQuery({ messages: status, phone, ...change });
  const ask = () => {
    if (typed === "" || isLongEnough(typed)) show({ phone: typed });
  };
  return (
    <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: "wrap", alignItems: "center" }}>
      <Chip
        label={translate("mailing.show.all")}
        color={status === "" ? "primary" : "default"}
        onClick={() => show({ messages: "" })}
      />
      {MESSAGE_STATUSES.filter((each) => mailing.stats[each] > 0 || each === status).map((each) => (
        <Chip
          key={each}
          label={`${translate(`message_status.${each}`)} ${number(mailing.stats[each])}`}
          color={status === each ? "primary" : "default"}
          onClick={() => show({ messages: each })}
        />
      ))}
      <Box sx={{ flexGrow: 1 }} />
      <TextField
        size="small"
        fullWidth={false}
        helperText={typed === phone ? undefined : translate("mailing.show.phone_help")}
        label={translate("resources.message.fields.phone")}
        value={typed}
        onChange={(event) => setTyped(phoneDigits(event.target.value))}
        onBlur={() => ask()}
        onKeyDown={({ key }) => key === "Enter" && ask()}
        slotProps={{ htmlInput: { inputMode: "numeric" } }}
      />
    </Stack>
  );
}

function Table({ mailing }: { mailing: Mailing }) {
  const translate = useTranslate();
  const { precise } = useFormats();
  const { reason } = usePhrases();
  const [asked, setAsked] = useState<string>();
  const nothing = (
    <Typography color="textSecondary" sx={{ p: 3, textAlign: "center" }}>
      {translate("app.empty")}
    </Typography>
  );
  return (
    <Box
      sx={{ overflowX: "auto", bgcolor: "background.paper", borderRadius: "12px", border: 1, borderColor: "divider" }}
    >
      <DataTable<Message> bulkActionButtons={false} rowClick={false} empty={nothing}>
        <DataTable.Col<Message>
          source="phone"
          disableSort
          render={({ phone }) =>
            phone ? (
              <TextLink component={Link} to={`/client/${phone}/show`}>
                {phone}
              </TextLink>
            ) : (
              <em>{translate("mailing.show.missing_client")}</em>
            )
          }
        />
        <DataTable.Col<Message>
          source="status"
          disableSort
          render={({ status }) => <MessageStatusChip status={status} />}
        />
        <DataTable.Col<Message> source="provider" disableSort />
        <DataTable.Col<Message> source="attempts" disableSort align="right" />
        <DataTable.Col<Message> source="due_at" disableSort render={({ due_at }) => due_at && precise(due_at)} />
        <DataTable.Col<Message> source="sent_at" disableSort render={({ sent_at }) => sent_at && precise(sent_at)} />
        <DataTable.Col<Message>
          source="last_error"
          disableSort
          render={({ last_error: text, last_error_code: code, last_error_params: params }) =>
            text && <Box sx={{ maxWidth: 320, overflowWrap: "anywhere" }}>{reason({ code, params, text })}</Box>
          }
        />
        <DataTable.Col<Message>
          label={false}
          render={({ phone }) =>
            phone && (
              <Button
                size="small"
                onClick={() => setAsked(phone)}
                aria-label={`${translate("mailing.actions.explain")} ${phone}`}
              >
                {translate("mailing.actions.explain")}
              </Button>
            )
          }
        />
      </DataTable>
      {asked && <ExplainDialog mailingId={mailing.id} phone={asked} onClose={() => setAsked(undefined)} />}
    </Box>
  );
}
