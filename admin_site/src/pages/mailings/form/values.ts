import type { TranslateFunction } from "react-admin";
import type { FieldMessage } from "../../../api/problem";
import type { Mailing, MailingChange, MailingInput } from "../../../api/types";
import { isTooLong, validateText } from "./text";

/** Values of the mailing form; times are in the reader's time zone. */
export interface FormValues {
  text: string;
  category: Mailing["category"];
  tags: string[];
  operator_codes: string[];
  start_now: boolean;
  starts_at: string;
  ends_at: string;
  windowed: boolean;
  window_start: string;
  window_end: string;
  max_rate: string;
  /** Null leaves the choice to the API, which knows whether the provider deduplicates. */
  on_unknown: Mailing["on_unknown"] | null;
}

export type Field = keyof FormValues;

/** Error of a field: the form's own has a key, the API's comes in words. */
export type FormError = { messageKey: string; name?: string } | { message: string };
export type FormErrors = Partial<Record<Field, FormError>>;

export const STEPS = ["text", "audience", "schedule", "check"] as const;
export type Step = (typeof STEPS)[number];

const FIELDS: Record<Exclude<Step, "check">, readonly Field[]> = {
  text: ["text"],
  audience: ["category", "tags", "operator_codes"],
  schedule: ["starts_at", "ends_at", "window_start", "window_end", "max_rate", "on_unknown"],
};

const HOUR = 3_600_000;

/** Format a moment for `<input type="datetime-local">`. */
export function toInputTime(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

export function newValues(now: Date): FormValues {
  return {
    text: "",
    category: "marketing",
    tags: [],
    operator_codes: [],
    start_now: true,
    starts_at: toInputTime(new Date(now.getTime() + HOUR)),
    ends_at: toInputTime(new Date(now.getTime() + 24 * HOUR)),
    windowed: true,
    window_start: "09:00",
    window_end: "21:00",
    max_rate: "",
    on_unknown: null,
  };
}

/** Convert a mailing to form values. */
export function valuesFromMailing(mailing: Mailing): FormValues {
  return {
    text: mailing.text,
    category: mailing.category,
    tags: mailing.filter.tags,
    operator_codes: mailing.filter.operator_codes,
    start_now: false,
    starts_at: toInputTime(new Date(mailing.starts_at)),
    ends_at: toInputTime(new Date(mailing.ends_at)),
    windowed: mailing.send_window !== null,
    window_start: mailing.send_window?.start ?? "09:00",
    window_end: mailing.send_window?.end ?? "21:00",
    max_rate: mailing.max_rate === null ? "" : String(mailing.max_rate),
    on_unknown: mailing.on_unknown,
  };
}

/** Convert a mailing to the form values of a copy with new times. */
export function valuesFromClone(mailing: Mailing, now: Date): FormValues {
  const { start_now, starts_at, ends_at } = newValues(now);
  return { ...valuesFromMailing(mailing), start_now, starts_at, ends_at };
}

/** Return true if the form has no filter, so that the mailing goes to every client. */
export function isForEveryone(values: FormValues): boolean {
  return values.tags.length === 0 && values.operator_codes.length === 0;
}

/** Convert valid form values to the API's input. */
export function toMailingInput(values: FormValues, now: Date): MailingInput {
  return {
    text: values.text,
    category: values.category,
    starts_at: values.start_now ? now.toISOString() : moment(values.starts_at),
    ends_at: moment(values.ends_at),
    filter: { tags: values.tags, operator_codes: values.operator_codes },
    send_window: values.windowed ? { start: values.window_start, end: values.window_end } : null,
    max_rate: values.max_rate.trim() === "" ? null : Number(values.max_rate),
    on_unknown: values.on_unknown,
  };
}

function moment(input: string): string {
  return new Date(input).toISOString();
}

/** Return only the changed fields: a started mailing refuses others even if they are equal. */
export function toMailingChange(values: FormValues, mailing: Mailing): MailingChange {
  const before = valuesFromMailing(mailing);
  const wanted = toMailingInput(values, new Date());
  const differs = (...fields: Field[]) =>
    fields.some((field) => JSON.stringify(values[field]) !== JSON.stringify(before[field]));
  return {
    ...(differs("text") && { text: wanted.text }),
    ...(differs("category") && { category: wanted.category }),
    ...(differs("tags", "operator_codes") && { filter: wanted.filter }),
    ...(differs("start_now", "starts_at") && { starts_at: wanted.starts_at }),
    ...(differs("ends_at") && { ends_at: wanted.ends_at }),
    ...(differs("windowed", "window_start", "window_end") && { send_window: wanted.send_window }),
    ...(differs("max_rate") && { max_rate: wanted.max_rate }),
    ...(values.on_unknown && differs("on_unknown") && { on_unknown: values.on_unknown }),
  };
}

/** Validate form values as far as possible without the API. */
export function validateValues(values: FormValues, now: Date): FormErrors {
  const errors = validateDraft(values, now);
  const text = validateText(values.text);
  if (text) errors.text = text;
  if (Date.parse(values.ends_at) <= now.getTime()) errors.ends_at = { messageKey: "mailing.form.end_past" };
  return errors;
}

/** Validate what a draft must have too: its text and an end in the past are checked when it is launched. */
export function validateDraft(values: FormValues, now: Date): FormErrors {
  const errors: FormErrors = {};
  if (isTooLong(values.text)) errors.text = { messageKey: "mailing.form.too_long" };
  const starts = values.start_now ? now.getTime() : Date.parse(values.starts_at);
  const ends = Date.parse(values.ends_at);
  if (Number.isNaN(starts)) errors.starts_at = { messageKey: "mailing.form.required" };
  if (Number.isNaN(ends)) errors.ends_at = { messageKey: "mailing.form.required" };
  else if (ends <= starts) errors.ends_at = { messageKey: "mailing.form.end_after_start" };
  if (values.windowed && values.window_start === values.window_end) {
    errors.window_end = { messageKey: "mailing.form.window_equal" };
  }
  if (values.windowed && !values.window_start) errors.window_start = { messageKey: "mailing.form.required" };
  if (values.windowed && !values.window_end) errors.window_end = { messageKey: "mailing.form.required" };
  if (values.max_rate.trim() !== "" && !/^[1-9]\d{0,8}$/.test(values.max_rate.trim())) {
    errors.max_rate = { messageKey: "mailing.form.rate_positive" };
  }
  return errors;
}

const BY_API_NAME: Record<string, Field> = {
  text: "text",
  category: "category",
  starts_at: "starts_at",
  ends_at: "ends_at",
  tags: "tags",
  operator_codes: "operator_codes",
  filter: "tags",
  start: "window_start",
  end: "window_end",
  send_window: "window_end",
  max_rate: "max_rate",
  on_unknown: "on_unknown",
};

/** Map the API's errors to form fields. */
export function errorsFromApi(fields: readonly FieldMessage[]): FormErrors {
  const errors: FormErrors = {};
  for (const { path, message } of fields) {
    const field = path.map((part) => BY_API_NAME[part]).findLast((found) => found !== undefined);
    if (field) errors[field] ??= { message };
  }
  return errors;
}

/** Return the words of a field's error. */
export function formErrorMessage(error: FormError, translate: TranslateFunction): string {
  return "message" in error ? error.message : translate(error.messageKey, { name: error.name });
}

/** Return the first step with an error, or undefined. */
export function firstInvalidStep(errors: FormErrors): Step | undefined {
  return STEPS.find((step) => step !== "check" && FIELDS[step].some((field) => errors[field]));
}

/** Return true if the step has no errors. */
export function isStepValid(step: Step, errors: FormErrors): boolean {
  return step === "check" || !FIELDS[step].some((field) => errors[field]);
}
