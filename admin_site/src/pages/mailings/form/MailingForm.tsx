import {
  Alert,
  Button,
  Card,
  CardContent,
  Stack,
  Step,
  StepButton,
  StepLabel,
  Stepper,
  Typography,
  useMediaQuery,
  type Theme,
} from "@mui/material";
import { useMemo, useState } from "react";
import { useTranslate } from "react-admin";
import { ApiProblem, type FieldMessage } from "../../../api/problem";
import { AudienceStep } from "./steps/AudienceStep";
import { CheckStep } from "./steps/CheckStep";
import {
  formErrorMessage,
  validateDraft,
  validateValues,
  errorsFromApi,
  isStepValid,
  firstInvalidStep,
  STEPS,
  toMailingInput,
  type FormValues,
  type FormErrors,
  type Field,
  type Step as StepName,
} from "./values";
import { usePreview } from "./preview";
import type { StepProps } from "./steps/StepProps";
import { ScheduleStep } from "./steps/ScheduleStep";
import { TextStep } from "./steps/TextStep";

interface Props {
  values: FormValues;
  onChange: (change: Partial<FormValues>) => void;
  /** True once the mailing has started: its audience and start can no longer change. */
  started?: boolean;
  confirm: string;
  /** Launch or save the mailing; thrown errors are shown, at their field if they have one. */
  onSubmit: (values: FormValues) => Promise<void>;
  /** Save the mailing as a draft, like `onSubmit`. Without it, there is no button for it. */
  onSaveDraft?: (values: FormValues) => Promise<void>;
  /** State of the draft on the server, in words. */
  saveState?: string;
}

/** Mailing form in four steps: text, audience, schedule, launch check. */
export function MailingForm({ values, onChange, started = false, confirm, onSubmit, onSaveDraft, saveState }: Props) {
  const translate = useTranslate();
  const small = useMediaQuery((theme: Theme) => theme.breakpoints.down("sm"));
  const [step, setStep] = useState<StepName>("text");
  const [visited, setVisited] = useState<ReadonlySet<StepName>>(new Set());
  const [submitErrors, setSubmitErrors] = useState<FormErrors>({});
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);

  // "Start at once" in a preview means the time of the last change, not of the last render.
  const now = useMemo(() => new Date(), [values]); // eslint-disable-line react-hooks/exhaustive-deps
  const valueErrors = validateValues(values, now);
  const preview = usePreview(previewInput(values, now, valueErrors));
  const previewErrors = errorsFromApi(fieldsOf(preview.error));
  const errors: FormErrors = { ...previewErrors, ...submitErrors, ...valueErrors };

  const goTo = (next: StepName) => {
    setVisited(new Set([...visited, step]));
    setStep(next);
  };
  const change = (changes: Partial<FormValues>) => {
    setSubmitErrors((before) => without(before, Object.keys(changes) as Field[]));
    onChange(changes);
  };
  const submit = async (save: (values: FormValues) => Promise<void>, found: FormErrors) => {
    const wrong = firstInvalidStep(found);
    if (wrong) {
      goTo(wrong);
      return;
    }
    setBusy(true);
    setFailure(undefined);
    try {
      await save(values);
    } catch (reason) {
      const refused = errorsFromApi(fieldsOf(reason));
      setSubmitErrors(refused);
      setVisited(new Set(STEPS));
      setStep(firstInvalidStep(refused) ?? "check");
      setFailure(isConflict(reason) ? translate("app.conflict") : (reason as Error).message);
    } finally {
      setBusy(false);
    }
  };

  const errorAt = (field: Field) => {
    const error = errors[field];
    const shown = visited.has(step) || submitErrors[field] !== undefined;
    return error && shown ? formErrorMessage(error, translate) : undefined;
  };
  const props: StepProps = { values, onChange: change, errorAt, started, preview };
  const at = STEPS.indexOf(step);
  return (
    <Card sx={{ mt: 2 }}>
      <CardContent sx={{ p: { xs: 2, md: 3 } }}>
        <Stepper nonLinear activeStep={at} alternativeLabel={small} sx={{ mb: 3 }}>
          {STEPS.map((name) => (
            <Step key={name} completed={visited.has(name) && isStepValid(name, errors)}>
              <StepButton onClick={() => goTo(name)}>
                <StepLabel error={visited.has(name) && !isStepValid(name, errors)}>
                  {translate(`mailing.form.${name}`)}
                </StepLabel>
              </StepButton>
            </Step>
          ))}
        </Stepper>
        {failure && (
          <Alert severity="error" sx={{ mb: 2 }}>
            {failure}
          </Alert>
        )}
        {step === "text" && <TextStep {...props} />}
        {step === "audience" && <AudienceStep {...props} />}
        {step === "schedule" && <ScheduleStep {...props} />}
        {step === "check" && (
          <CheckStep
            {...props}
            errors={{ ...previewErrors, ...valueErrors }}
            input={toValidInput(valueErrors, values, now)}
            onFix={goTo}
          />
        )}
        <Stack direction="row" spacing={1} sx={{ mt: 3, alignItems: "center" }}>
          {onSaveDraft && (
            <Button onClick={() => void submit(onSaveDraft, validateDraft(values, now))} disabled={busy}>
              {translate("mailing.form.save_draft")}
            </Button>
          )}
          <Typography variant="body2" color="textSecondary" aria-live="polite" sx={{ flexGrow: 1 }}>
            {saveState}
          </Typography>
          {at > 0 && <Button onClick={() => goTo(STEPS[at - 1] ?? "text")}>{translate("app.back")}</Button>}
          {step === "check" ? (
            <Button
              variant="contained"
              onClick={() => void submit(onSubmit, valueErrors)}
              loading={busy}
              disabled={firstInvalidStep(valueErrors) !== undefined}
            >
              {confirm}
            </Button>
          ) : (
            <Button
              variant="contained"
              onClick={() => goTo(isStepValid(step, valueErrors) ? (STEPS[at + 1] ?? "check") : step)}
            >
              {translate("app.next")}
            </Button>
          )}
        </Stack>
      </CardContent>
    </Card>
  );
}

function fieldsOf(error: unknown): readonly FieldMessage[] {
  return error instanceof ApiProblem ? error.fields : [];
}

/** Return true if somebody else has changed the mailing since it was read. */
function isConflict(reason: unknown): boolean {
  return reason instanceof ApiProblem && reason.problem.code === "changed_since_read";
}

function toValidInput(errors: FormErrors, values: FormValues, now: Date) {
  return firstInvalidStep(errors) ? undefined : toMailingInput(values, now);
}

/** Return the input of the preview, with a sample text so that the audience is counted before the text is written. */
function previewInput(values: FormValues, now: Date, errors: FormErrors) {
  const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  const text = errors.text ? "-" : values.text;
  return toValidInput({ ...errors, text: undefined }, { ...values, text }, minute);
}

function without(errors: FormErrors, fields: readonly Field[]): FormErrors {
  return Object.fromEntries(Object.entries(errors).filter(([name]) => !fields.includes(name as Field)));
}
