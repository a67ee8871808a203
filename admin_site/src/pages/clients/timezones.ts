/** IANA time zones to choose from. The API also accepts old aliases and returns current names. */
export const TIMEZONES: readonly string[] = Intl.supportedValuesOf("timeZone");
