import { Box, Chip, Stack, TextField, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslate } from "react-admin";
import { useApi } from "../../../../api/ApiContext";
import { useFormats } from "../../../../i18n/formats";
import { ClientPreview } from "./ClientPreview";
import type { StepProps } from "./StepProps";
import { parseText, renderText, smsSegments, validateText } from "../text";

const SAMPLE_OF_CLIENTS = 100;

/** Step 1: text with length, segments and client preview. */
export function TextStep({ values, onChange, errorAt }: StepProps) {
  const translate = useTranslate();
  const input = useRef<HTMLTextAreaElement>(null);
  const names = usePlaceholders();
  const error = errorAt("text") ?? (values.text ? liveError(values.text, translate) : undefined);

  const insert = (name: string) => {
    const { selectionStart: start = values.text.length, selectionEnd: end = start } = input.current ?? {};
    const placeholder = `{${name}|}`;
    onChange({ text: values.text.slice(0, start) + placeholder + values.text.slice(end) });
    // Put the caret where the fallback is written.
    const caret = start + placeholder.length - 1;
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(caret, caret);
    });
  };

  return (
    <Stack spacing={2}>
      <TextField
        label={translate("mailing.form.text_label")}
        value={values.text}
        onChange={(event) => onChange({ text: event.target.value })}
        inputRef={input}
        error={error !== undefined}
        helperText={error ?? translate("mailing.form.text_help")}
        multiline
        minRows={4}
        fullWidth
        autoFocus
        required
      />
      <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: "wrap", alignItems: "center" }}>
        <Typography variant="body2" color="textSecondary">
          {translate("mailing.form.placeholders")}
        </Typography>
        {names.map((name) => (
          <Chip key={name} size="small" variant="outlined" label={`{${name}}`} onClick={() => insert(name)} />
        ))}
      </Stack>
      <Counter text={values.text} />
      <ClientPreview text={values.text} category={values.category} />
    </Stack>
  );
}

function liveError(text: string, translate: ReturnType<typeof useTranslate>) {
  const error = validateText(text);
  return error && translate(error.messageKey, { name: error.name });
}

function Counter({ text }: { text: string }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const parts = parseText(text);
  const shown = Array.isArray(parts) ? renderText(parts, {}).text : text;
  const { encoding, count } = smsSegments(shown);
  const length = Array.from(shown).length;
  return (
    <Box>
      <Typography variant="body2" aria-live="polite">
        {translate("mailing.form.characters", { smart_count: length })}, {encoding},{" "}
        {translate("mailing.form.segments", { smart_count: text ? count : 0, number: number(count) })}
      </Typography>
      <Typography variant="caption" color="textSecondary">
        {translate("mailing.form.estimate")}
      </Typography>
    </Box>
  );
}

/** Return placeholder names: phone, operator code, and attributes of the newest clients. */
function usePlaceholders(): string[] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ["placeholders"],
    queryFn: () => api.GET("/api/v1/client/", { params: { query: { limit: SAMPLE_OF_CLIENTS, sort: "-id" } } }),
    staleTime: 60_000,
  });
  const own = (data?.data?.items ?? []).flatMap((client) => Object.keys(client.attributes));
  return ["phone", "operator_code", ...new Set(own.sort())];
}
