import { expect, it } from "vitest";
import { consentOf } from "../../../../src/pages/clients/show/privacy/consent";

const AT = "2026-11-23T10:00:00Z";

it.each([
  [null, null, "privacy.no_consent"],
  [AT, null, "privacy.consented"],
  [AT, "web form", "privacy.consented_by"],
])("tells of a consent at %s from %s", (consent_at, consent_source, messageKey) => {
  expect(consentOf({ consent_at, consent_source })).toEqual({ messageKey, at: consent_at, source: consent_source });
});
