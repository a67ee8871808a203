import { Box, FormControlLabel, MenuItem, Stack, Switch, TextField, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import { en } from "../../../../i18n/en";
import type { FormValues, Field } from "../values";
import type { StepProps } from "./StepProps";
import { TimezoneTable } from "./TimezoneTable";

/** Step 3: start, end, sending hours, rate limit and handling of unknown outcomes. */
export function ScheduleStep({ values, onChange, errorAt, started, preview }: StepProps) {
  const translate = useTranslate();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const input = (
    name: Field & ("starts_at" | "ends_at" | "window_start" | "window_end"),
    type: string,
    help?: string,
  ) => (
    <TextField
      fullWidth={false}
      type={type}
      label={translate(`mailing.form.${name}`)}
      value={values[name]}
      onChange={(event) => onChange({ [name]: event.target.value })}
      error={errorAt(name) !== undefined}
      helperText={errorAt(name) ?? help}
      slotProps={{ inputLabel: { shrink: true } }}
      disabled={name === "starts_at" && started}
    />
  );
  return (
    <Stack spacing={3}>
      <Row>
        {!started && (
          <FormControlLabel
            control={<Switch checked={values.start_now} onChange={(_, on) => onChange({ start_now: on })} />}
            label={translate("mailing.form.start_now")}
          />
        )}
        {!values.start_now &&
          input(
            "starts_at",
            "datetime-local",
            started ? translate("mailing.form.fixed") : translate("mailing.form.your_zone", { zone }),
          )}
        {input("ends_at", "datetime-local", translate("mailing.form.your_zone", { zone }))}
      </Row>
      <Row>
        <FormControlLabel
          control={<Switch checked={values.windowed} onChange={(_, on) => onChange({ windowed: on })} />}
          label={translate("mailing.form.windowed")}
        />
        {values.windowed && (
          <>
            {input("window_start", "time")}
            {input(
              "window_end",
              "time",
              values.window_start > values.window_end ? translate("mailing.form.window_night") : undefined,
            )}
          </>
        )}
      </Row>
      <Row>
        <TextField
          fullWidth={false}
          label={translate("mailing.form.rate")}
          value={values.max_rate}
          onChange={(event) => onChange({ max_rate: event.target.value })}
          error={errorAt("max_rate") !== undefined}
          helperText={errorAt("max_rate") ?? translate("mailing.form.rate_help")}
          slotProps={{ htmlInput: { inputMode: "numeric" } }}
          sx={{ minWidth: 320 }}
        />
        <TextField
          fullWidth={false}
          select
          label={translate("mailing.form.on_unknown")}
          value={values.on_unknown ?? ""}
          onChange={(event) => onChange({ on_unknown: (event.target.value || null) as FormValues["on_unknown"] })}
          slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          sx={{ minWidth: { xs: "100%", sm: 420 } }}
        >
          <MenuItem value="">{translate("mailing.form.on_unknown_default")}</MenuItem>
          {Object.keys(en.on_unknown).map((each) => (
            <MenuItem key={each} value={each}>
              {translate(`on_unknown.${each}`)}
            </MenuItem>
          ))}
        </TextField>
      </Row>
      {preview.data && (
        <Box sx={{ opacity: preview.isFetching ? 0.6 : 1 }}>
          <Typography variant="subtitle2" gutterBottom>
            {translate("mailing.show.by_zone")}
          </Typography>
          <TimezoneTable zones={preview.data.zones} />
        </Box>
      )}
    </Stack>
  );
}

function Row({ children }: { children: React.ReactNode }) {
  return (
    <Stack direction="row" spacing={2} useFlexGap sx={{ flexWrap: "wrap", alignItems: "flex-start" }}>
      {children}
    </Stack>
  );
}
