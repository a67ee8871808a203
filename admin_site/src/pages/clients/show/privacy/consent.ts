import type { Client } from "../../../../api/types";

/** Return the key of the words on a client's consent, with its time and source. */
export function consentOf({ consent_at: at, consent_source: source }: Pick<Client, "consent_at" | "consent_source">) {
  if (at === null) return { messageKey: "privacy.no_consent", at, source };
  return { messageKey: source === null ? "privacy.consented" : "privacy.consented_by", at, source };
}
