import { Box, Stack, TextField, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslate } from "react-admin";
import type { Client } from "../../../../api/types";
import { useApi } from "../../../../api/ApiContext";
import { isLongEnough, phoneDigits } from "../../../../common/phones";
import { useDebounced } from "../../../../common/useDebounced";
import { TestSend } from "./TestSend";
import { parseText, renderText, smsSegments } from "../text";
import type { FormValues } from "../values";

const TYPING_MS = 300;

/** Text as one client receives it; the newest client unless a phone is given. */
export function ClientPreview({ text, category }: Pick<FormValues, "text" | "category">) {
  const translate = useTranslate();
  const [phone, setPhone] = useState("");
  const { data: client, isError } = useClient(useDebounced(phone, TYPING_MS));
  return (
    <Stack direction={{ xs: "column", sm: "row" }} spacing={2} sx={{ alignItems: "flex-start" }}>
      <TextField
        size="small"
        label={translate("mailing.form.preview_phone")}
        placeholder={client?.phone ?? "79261234567"}
        value={phone}
        onChange={(event) => setPhone(phoneDigits(event.target.value))}
        error={isError}
        helperText={isError ? translate("mailing.form.preview_no_client") : translate("mailing.form.preview_for")}
        slotProps={{ htmlInput: { inputMode: "numeric" }, inputLabel: { shrink: true } }}
        sx={{ width: { xs: "100%", sm: 240 }, flexShrink: 0 }}
      />
      <Stack spacing={1} sx={{ minWidth: 0 }}>
        {client && <MessageBubble text={text} client={client} />}
        <TestSend text={text} category={category} phone={isLongEnough(phone) ? phone : ""} />
      </Stack>
    </Stack>
  );
}

function MessageBubble({ text, client }: { text: string; client: Client }) {
  const translate = useTranslate();
  const parts = parseText(text);
  if (!Array.isArray(parts) || text === "") return null;
  const { text: shown, missing } = renderText(parts, valuesOf(client));
  const { count } = smsSegments(shown);
  return (
    <Box sx={{ minWidth: 0, maxWidth: 420 }}>
      <Box
        sx={{
          bgcolor: "action.hover",
          borderRadius: "4px 16px 16px 16px",
          p: 1.5,
          whiteSpace: "pre-wrap",
          overflowWrap: "anywhere",
        }}
      >
        {shown}
      </Box>
      <Typography variant="caption" color={missing.length > 0 ? "error" : "textSecondary"}>
        {missing.length > 0
          ? translate("mailing.form.preview_missing", { names: missing.join(", ") })
          : `${client.phone}, ${translate("mailing.form.segments", { smart_count: count })}`}
      </Typography>
    </Box>
  );
}

function valuesOf(client: Client): Record<string, string> {
  const own = Object.entries(client.attributes).map(([name, value]) => [name, String(value)] as const);
  return { ...Object.fromEntries(own), phone: client.phone, operator_code: client.operator_code ?? "" };
}

function useClient(phone: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["preview-client", phone],
    queryFn: async () => {
      if (phone) {
        const { data } = await api.GET("/api/v1/client/{phone}/", { params: { path: { phone } } });
        return data ?? null;
      }
      const { data } = await api.GET("/api/v1/client/", { params: { query: { limit: 1, sort: "-id" } } });
      return data?.items[0] ?? null;
    },
    enabled: phone === "" || isLongEnough(phone),
    retry: false,
  });
}
