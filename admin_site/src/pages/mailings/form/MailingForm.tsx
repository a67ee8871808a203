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
  useMediaQuery,
  type Theme,
} from "@mui/material";
import { useMemo, useState } from "react";
import { useTranslate } from "react-admin";
import type { ApiProblem, Problem } from "../../../api/problem";
import { AudienceStep } from "./steps/AudienceStep";
import { CheckStep } from "./steps/CheckStep";
import {
  check,
  errorsOf,
  isStepFine,
  stepOf,
  STEPS,
  toInput,
  type Draft,
  type Errors,
  type Field,
  type Step as StepName,
} from "./draft";
import { usePreview } from "./preview";
import type { StepProps } from "./steps/StepProps";
import { ScheduleStep } from "./steps/ScheduleStep";
import { TextStep } from "./steps/TextStep";

interface Props {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
  /** Whether the mailing has started, after which its audience and its start stay. */
  started?: boolean;
  confirm: string;
  /** Saves; what it throws is shown, at its field where it has one. */
  onSubmit: (draft: Draft) => Promise<void>;
}

/** A mailing in steps: text, audience, schedule, and the launch check before it is confirmed. */
export function MailingForm({ draft, onChange, started = false, confirm, onSubmit }: Props) {
  const translate = useTranslate();
  const small = useMediaQuery((theme: Theme) => theme.breakpoints.down("sm"));
  const [step, setStep] = useState<StepName>("text");
  const [seen, setSeen] = useState<ReadonlySet<StepName>>(new Set());
  const [refused, setRefused] = useState<Errors>({});
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);

  // The moment that "at once" means in a preview; a new one for each draft, not for each rendering.
  const now = useMemo(() => new Date(), [draft]); // eslint-disable-line react-hooks/exhaustive-deps
  const own = check(draft, now);
  const preview = usePreview(previewInput(draft, now, own));
  const told = errorsOf(problemIn(preview.error));
  const errors: Errors = { ...told, ...refused, ...own };

  const goTo = (next: StepName) => {
    setSeen(new Set([...seen, step]));
    setStep(next);
  };
  const change = (changes: Partial<Draft>) => {
    setRefused((before) => without(before, Object.keys(changes) as Field[]));
    onChange(changes);
  };
  const submit = async () => {
    const wrong = stepOf(own);
    if (wrong) {
      goTo(wrong);
      return;
    }
    setBusy(true);
    setFailure(undefined);
    try {
      await onSubmit(draft);
    } catch (reason) {
      const found = errorsOf(problemIn(reason));
      setRefused(found);
      setSeen(new Set(STEPS));
      setStep(stepOf(found) ?? "check");
      setFailure(
        (reason as Partial<ApiProblem>).status === 412
          ? translate("app.conflict")
          : translate((reason as Error).message),
      );
    } finally {
      setBusy(false);
    }
  };

  const errorAt = (field: Field) => {
    const error = errors[field];
    const shown = seen.has(step) || refused[field] !== undefined;
    return error && shown ? translate(error.words, { name: error.name, _: error.words }) : undefined;
  };
  const props: StepProps = { draft, onChange: change, errorAt, started, preview };
  const at = STEPS.indexOf(step);
  return (
    <Card sx={{ mt: 2 }}>
      <CardContent sx={{ p: { xs: 2, md: 3 } }}>
        <Stepper nonLinear activeStep={at} alternativeLabel={small} sx={{ mb: 3 }}>
          {STEPS.map((name) => (
            <Step key={name} completed={seen.has(name) && isStepFine(name, errors)}>
              <StepButton onClick={() => goTo(name)}>
                <StepLabel error={seen.has(name) && !isStepFine(name, errors)}>
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
          <CheckStep {...props} errors={{ ...told, ...own }} input={toInputIf(own, draft, now)} onFix={goTo} />
        )}
        <Stack direction="row" spacing={1} sx={{ mt: 3, justifyContent: "flex-end" }}>
          {at > 0 && <Button onClick={() => goTo(STEPS[at - 1] ?? "text")}>{translate("app.back")}</Button>}
          {step === "check" ? (
            <Button
              variant="contained"
              onClick={() => void submit()}
              loading={busy}
              disabled={stepOf(own) !== undefined}
            >
              {confirm}
            </Button>
          ) : (
            <Button variant="contained" onClick={() => goTo(isStepFine(step, own) ? (STEPS[at + 1] ?? "check") : step)}>
              {translate("app.next")}
            </Button>
          )}
        </Stack>
      </CardContent>
    </Card>
  );
}

function problemIn(reason: unknown): Problem {
  return (reason as Partial<ApiProblem> | null)?.problem ?? {};
}

function toInputIf(errors: Errors, draft: Draft, now: Date) {
  return stepOf(errors) ? undefined : toInput(draft, now);
}

/** What to preview while the draft is being written: the audience is counted before there is a text. */
function previewInput(draft: Draft, now: Date, errors: Errors) {
  const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  const text = errors.text ? "-" : draft.text;
  return toInputIf({ ...errors, text: undefined }, { ...draft, text }, minute);
}

function without(errors: Errors, fields: readonly Field[]): Errors {
  return Object.fromEntries(Object.entries(errors).filter(([name]) => !fields.includes(name as Field)));
}
