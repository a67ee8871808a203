import type { CodePhrases } from "../vocabularies";

/** Facts by which the rules of an explanation are judged. Times are by the reader's clock where nothing else is said. */
export const fact: CodePhrases["fact"] = {
  filter_everyone: "the mailing goes to everyone",
  filter_tags: "the mailing goes to clients with any of the tags %{tags}",
  filter_operator_codes: "the mailing goes to clients with any of the operator codes %{operator_codes}",
  filter_tags_and_operator_codes:
    "the mailing goes to clients with any of the tags %{tags} and any of the operator codes %{operator_codes}",
  in_audience: "the client is in the audience",
  audience_not_fixed: "the audience is fixed when the mailing starts",
  not_in_audience: "the filter did not match the client when the mailing started",
  starts: "the mailing starts %{starts_at}",
  ends: "the mailing ends %{ends_at}",
  mailing_status: "the mailing is %{status}",
  local_time: "the local time in %{timezone} is %{local_time}",
  any_hour: "any hour",
  window_open: "%{start} to %{end} by the client's clock, open until %{closes_at} by yours",
  window_opens: "%{start} to %{end} by the client's clock, opens %{opens_at} by yours",
  window_never_opens: "%{start} to %{end} by the client's clock, does not open again before the mailing ends",
  due: "due %{due_at}",
  not_due: "no due time",
  attempts: "%{used} of %{limit} attempts used",
  provider_works: "the provider works",
  breaker_open: "sending is paused because the provider fails (%{reason}), next try %{probe_at}",
  provider_asked_for_pause: "the provider asked for a pause until %{until}",
  text_filled: "every placeholder has a value",
  value_missing: "the client has no %{name}, and the text gives no default for it",
  no_job: "no job is to change the message",
  job_to_send: "job #%{job_id} is to send the message again",
  job_to_give_up: "job #%{job_id} is to give up the message",
  no_receipt: "the provider has sent no receipt of the whole message",
  delivered: "the provider delivered the message %{at}",
  delayed: "the provider had not delivered the message %{at}, and goes on trying (cause: %{cause})",
  undeliverable: "the provider gave up %{at} to deliver the message (cause: %{cause})",
  unconfirmed: "the provider had sent no receipt %{at}",
  text_unsendable: "the text cannot be sent to the client: %{reason}",
  text_not_valid: "the draft's text is not valid yet",
};

export const verdict: CodePhrases["verdict"] = {
  sent: "Sent %{sent_at}",
  goes_out: "Will be sent within a minute",
  waits: "Waits: %{reasons}",
  queued: "Queued since %{since}",
  sending: "Being sent since %{since}",
  unknown: "The outcome is unknown, and the message waits for a decision: %{reason}",
  failed: "Will not be sent: failed %{since}, %{reason}",
  expired: "Will not be sent: expired %{since}, %{reason}",
  cancelled: "Will not be sent: cancelled %{since}, %{reason}",
  not_in_audience: "Will not be sent: the filter did not match the client when the mailing started",
  cancelled_before_start: "Will not be sent: the mailing was cancelled before it started",
  not_selected: "Would not be sent if the mailing started now: %{reason}",
  not_launched: "Will not be sent before the mailing, a draft, is launched",
  awaits_job: "Not done yet: %{reason}",
  not_started: "Not sent yet: the audience is fixed when the mailing starts, %{starts_at}",
};

/** Warnings of a mailing before it is created. */
export const warning: CodePhrases["warning"] = {
  tags_without_clients: "No client has the tags %{tags}",
  operator_codes_without_clients: "No client has the operator codes %{operator_codes}",
  name_differs_by_case: "{%{name}} differs only by case from %{names}, which clients have",
};
