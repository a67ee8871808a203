import { Alert, Box, Button, LinearProgress, Skeleton, Stack } from "@mui/material";
import { useTranslate } from "react-admin";
import type { MailingInput, Preview } from "../../../../api/types";
import { Metric } from "../../../../common/components/Metric";
import { useFormats } from "../../../../i18n/formats";
import { usePhrases } from "../../../../i18n/phrases";
import { formErrorMessage, firstInvalidStep, isForEveryone, type FormErrors, type Step } from "../values";
import type { StepProps } from "./StepProps";
import { findingsOf, reachableOf } from "../preview";
import { TimezoneTable } from "./TimezoneTable";

interface Props extends StepProps {
  errors: FormErrors;
  /** Mailing to save; undefined while the form is invalid. */
  input: MailingInput | undefined;
  onFix: (step: Step) => void;
}

/** Step 4, the launch check: audience, segments, duration, send times and warnings. */
export function CheckStep({ preview, errors, input, onFix, values }: Props) {
  const translate = useTranslate();
  const wrong = firstInvalidStep(errors);
  if (wrong) {
    const messages = Object.values(errors).map((error) => formErrorMessage(error, translate));
    return (
      <Alert
        severity="error"
        action={<Button onClick={() => onFix(wrong)}>{translate(`mailing.form.${wrong}`)}</Button>}
      >
        {[...new Set(messages)].join("; ")}
      </Alert>
    );
  }
  if (preview.error) return <Alert severity="error">{preview.error.message}</Alert>;
  if (!preview.data || !input) return <Skeleton variant="rounded" height={240} />;
  return (
    <Stack spacing={2}>
      {preview.isFetching && <LinearProgress aria-label={translate("mailing.form.checking")} />}
      <Box sx={{ bgcolor: "action.hover", borderRadius: 2, p: 2, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {values.text}
      </Box>
      <PreviewMetrics preview={preview.data} input={input} />
      {isForEveryone(values) && (
        <Alert severity="warning">
          {translate("mailing.form.check_everyone", { smart_count: preview.data.audience })}
        </Alert>
      )}
      <ServiceWarnings warnings={preview.data.warnings} />
      <Findings preview={preview.data} />
      <TimezoneTable zones={preview.data.zones} />
    </Stack>
  );
}

function PreviewMetrics({ preview, input }: { preview: Preview; input: MailingInput }) {
  const translate = useTranslate();
  const { number, rate, short } = useFormats();
  const reachable = reachableOf(preview);
  const { segments, typical } = preview;
  const { finishes_at } = preview.forecast;
  const same = segments.count === typical.count;
  return (
    <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "repeat(auto-fit, minmax(180px, 1fr))" }}>
      <Metric
        name={translate("mailing.form.check_audience")}
        value={number(preview.audience)}
        note={preview.estimated ? translate("mailing.form.estimated") : undefined}
      />
      <Metric
        name={translate("mailing.form.check_unreachable")}
        value={number(preview.unreachable)}
        note={preview.unreachable > 0 ? translate("mailing.form.check_unreachable_help") : undefined}
        bad={preview.unreachable > 0}
      />
      <Metric
        name={translate("mailing.form.check_segments")}
        value={`${number(typical.count)} (${typical.encoding})`}
        note={
          same
            ? translate("mailing.form.check_segments_total", { count: number(typical.count * reachable) })
            : translate("mailing.form.check_typical", { typical: typical.count, longest: segments.count })
        }
      />
      {input.max_rate != null && (
        <Metric
          name={translate("mailing.form.check_finish")}
          value={finishes_at === null ? translate("mailing.form.check_no_finish") : short(finishes_at)}
          note={translate("mailing.form.check_finish_help", { rate: rate(input.max_rate) })}
        />
      )}
    </Box>
  );
}

function ServiceWarnings({ warnings }: { warnings: Preview["warnings"] }) {
  const { warning } = usePhrases();
  return warnings.map((each) => (
    <Alert key={each.text} severity="warning">
      {warning(each)}
    </Alert>
  ));
}

function Findings({ preview }: { preview: Preview }) {
  const translate = useTranslate();
  const { number } = useFormats();
  if (preview.audience === 0) return <Alert severity="warning">{translate("mailing.form.nobody")}</Alert>;
  const findings = findingsOf(preview);
  if (findings.length === 0 && preview.unreachable === 0 && preview.warnings.length === 0) {
    return <Alert severity="success">{translate("mailing.form.ok")}</Alert>;
  }
  return findings.map(({ severity, messageKey, values }) => (
    <Alert key={`${messageKey} ${values["name"] ?? ""}`} severity={severity}>
      {translate(messageKey, { ...values, count: number(Number(values["smart_count"])) })}
    </Alert>
  ));
}
