import type { CodePhrases } from "../vocabularies";

/** Reasons why a message is not sent. `%{text}` is the service's English, which has the provider's own words. */
export const reason: CodePhrases["reason"] = {
  // Without a call.
  window_never_opens: "there are no sending hours in this time zone before the mailing ends",
  window_never_opens_again: "there are no more sending hours before the mailing ends",
  mailing_ended: "the mailing ended before the message was sent",
  mailing_cancelled: "the mailing was cancelled",
  cancelled_before_sent: "cancelled before it was sent",
  not_sent_in_time: "the message was not sent in time",
  client_deleted: "the client was deleted",
  opted_out: "the person has opted out",
  no_consent: "the client has not consented to marketing messages",
  client_erased: "the data of the person was erased",
  provider_removed: "the provider that was called last is no longer set up",
  missing_value: "the client has no %{name}, and the text gives no default for it",
  text_blank: "the text, filled in for the client, has nothing visible",
  text_length: "the text, filled in for the client, has more than %{max_length} characters",
  text_segments: "the text, filled in for the client, takes %{segments} SMS; at most %{max_segments} are sent",
  // What the provider did.
  provider_unreachable: "no connection to the provider (%{text})",
  provider_unavailable: "the provider did not take the message: %{text}",
  provider_throttled: "the provider asks for fewer messages: %{text}",
  provider_rejected: "the provider refused the message: %{text}",
  provider_repeated: "the provider has had this message before: %{text}",
  provider_unauthorized: "the provider does not accept the token: %{text}",
  provider_unknown_outcome: "the provider gave no clear answer: %{text}",
  provider_timeout:
    "the provider did not answer within %{seconds} second |||| the provider did not answer within %{seconds} seconds",
  connection_broken: "the connection to the provider broke (%{text})",
  // What our side did.
  token_unreadable: "the provider's token cannot be read (%{error})",
  token_invalid: "the provider's token has characters that an HTTP header must not have",
  provider_settings: "the provider's settings cannot be used: %{error}",
  sender_failed: "unexpected error in the sender (%{error})",
  worker_died: "the sender crashed or timed out during the call",
  // What follows.
  outcome_unknown: "the outcome is unknown",
  held: "%{reason}; the provider may have accepted the message",
  given_up: "an operator gave up on the message: %{reason}",
  restored: "the database was restored from a copy of %{restored_from}; the message may have been sent since",
  dead_letter: "the sender crashed, timed out or had no database in each of five deliveries from the queue",
  unreadable_record: "the queue record is not a valid message",
  refused_later: "the provider reported that it had not taken the message",
  other: "other reasons",
};
