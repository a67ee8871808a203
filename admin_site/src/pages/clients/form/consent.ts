/** Return the moment of an input of local time, or null if it is empty. */
export function toMoment(value: string): string | null {
  return value ? new Date(value).toISOString() : null;
}

/** Return the key of the error of a consent's time: nobody has consented in the future. */
export function validateConsent(at?: string | null): string | undefined {
  return at && Date.parse(at) > Date.now() ? "client.form.consent_future" : undefined;
}

/** Return the key of the error of a consent's source, which needs a time. */
export function validateSource(source?: string | null, { consent_at }: { consent_at?: string | null } = {}) {
  return source && !consent_at ? "client.form.consent_needed" : undefined;
}
