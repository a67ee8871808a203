import { DateTimeInput, TextInput } from "react-admin";
import { toMoment, validateConsent, validateSource } from "./consent";

/** Inputs of a client's consent to marketing: when and how it was given. */
export function ConsentFields() {
  return (
    <>
      <DateTimeInput
        source="consent_at"
        parse={toMoment}
        validate={validateConsent}
        helperText="client.form.consent_help"
      />
      <TextInput
        source="consent_source"
        parse={(value: string) => value || null}
        validate={validateSource}
        slotProps={{ htmlInput: { maxLength: 200 } }}
      />
    </>
  );
}
