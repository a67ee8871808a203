/** The IANA names to choose from; the API takes old ones too and gives back today's. */
export const TIMEZONES: readonly string[] = Intl.supportedValuesOf("timeZone");
