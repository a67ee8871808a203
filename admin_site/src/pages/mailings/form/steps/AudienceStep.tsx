import { Alert, Autocomplete, Box, MenuItem, Skeleton, Stack, TextField, Typography } from "@mui/material";
import { useState } from "react";
import { useTranslate } from "react-admin";
import { useFormats } from "../../../../i18n/formats";
import { codeLabel, NO_CODE } from "../../../../common/operatorCodes";
import { useTags } from "../../../../common/queries/useTags";
import { en } from "../../../../i18n/en";
import { suppressedFindings } from "../preview";
import { isForEveryone, type FormValues } from "../values";
import type { StepProps } from "./StepProps";

/** Step 2: category, tags and operator codes, with the current size of the audience. */
export function AudienceStep({ values, onChange, errorAt, started, preview }: StepProps) {
  const translate = useTranslate();
  const { number } = useFormats();
  const [typed, setTyped] = useState("");
  const tags = useTags(typed);
  const clientsOf = new Map(tags.map((tag) => [tag.name, tag.clients]));
  return (
    <Stack spacing={2}>
      {started && <Alert severity="info">{translate("mailing.form.fixed")}</Alert>}
      <TextField
        select
        disabled={started}
        label={translate("resources.mailing.fields.category")}
        value={values.category}
        onChange={(event) => onChange({ category: event.target.value as FormValues["category"] })}
        error={!!errorAt("category")}
        helperText={errorAt("category") ?? translate("mailing.form.category_help")}
      >
        {Object.keys(en.category).map((each) => (
          <MenuItem key={each} value={each}>
            {translate(`category.${each}`)}
          </MenuItem>
        ))}
      </TextField>
      <Autocomplete
        multiple
        disabled={started}
        options={[...new Set([...tags.map((tag) => tag.name), ...values.tags])]}
        filterOptions={(found) => found}
        filterSelectedOptions
        inputValue={typed}
        onInputChange={(_, text) => setTyped(text)}
        value={values.tags}
        onChange={(_, chosen) => onChange({ tags: chosen })}
        getOptionLabel={(name) => name}
        renderOption={({ key, ...props }, name) => (
          <li key={key} {...props}>
            <span style={{ flexGrow: 1 }}>{name}</span>
            <Typography variant="caption" color="textSecondary">
              {number(clientsOf.get(name) ?? 0)}
            </Typography>
          </li>
        )}
        renderInput={(props) => (
          <TextField
            {...props}
            label={translate("mailing.form.tags")}
            error={!!errorAt("tags")}
            helperText={errorAt("tags")}
          />
        )}
      />
      <Autocomplete
        multiple
        freeSolo
        disabled={started}
        options={[NO_CODE]}
        getOptionLabel={(code) => codeLabel(code, translate)}
        filterSelectedOptions
        value={values.operator_codes}
        onChange={(_, chosen) => onChange({ operator_codes: codesOf(chosen) })}
        renderInput={(props) => (
          <TextField
            {...props}
            label={translate("mailing.form.operator_codes")}
            error={!!errorAt("operator_codes")}
            helperText={errorAt("operator_codes") ?? translate("mailing.form.codes_help")}
          />
        )}
      />
      {isForEveryone(values) && <Typography color="textSecondary">{translate("mailing.form.empty_filter")}</Typography>}
      <Count {...preview} />
    </Stack>
  );
}

/** Extract three-digit codes from typed or pasted text, and keep the choice of clients without one. */
function codesOf(typed: readonly string[]): string[] {
  return [...new Set(typed.flatMap((each) => (each === NO_CODE ? [each] : (each.match(/\d{3}/g) ?? []))))];
}

function Count({ data, isFetching, error }: StepProps["preview"]) {
  const translate = useTranslate();
  const { number } = useFormats();
  if (error) return <Alert severity="warning">{error.message}</Alert>;
  if (!data) return isFetching ? <Skeleton width={200} height={40} /> : null;
  return (
    <Box aria-live="polite" sx={{ opacity: isFetching ? 0.5 : 1 }}>
      <Typography variant="h6" component="p">
        {translate("mailing.form.now_in_audience", { smart_count: data.audience })}
        {data.estimated && ` (${translate("mailing.form.estimated")})`}
      </Typography>
      {suppressedFindings(data).map(({ messageKey, values: { smart_count = 0 } }) => (
        <Typography key={messageKey}>
          {translate(messageKey, { smart_count, count: number(Number(smart_count)) })}
        </Typography>
      ))}
    </Box>
  );
}
