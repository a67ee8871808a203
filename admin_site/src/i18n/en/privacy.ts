import type { PrivacyVocabularies } from "../vocabularies";

export const privacyVocabularies: PrivacyVocabularies = {
  category: { marketing: "Marketing", service: "Service" },
  opt_out_scope: { all: "All messages", marketing: "Marketing only" },
  opt_out_source: {
    operator: "Operator",
    api: "API",
    import: "File",
    reply: "Reply by SMS",
    provider: "Provider",
    receipt: "Delivery receipt",
    pinpoint: "Amazon Pinpoint",
    erasure: "Erasure",
  },
  reply_effect: { opt_out: "Opted out of all messages", lifted: "Opt-out lifted", nothing: "No change" },
  retention_subject: {
    messages: "Messages of mailings that are over, and messages outside mailings",
    texts: "Texts as they were sent",
    attempts: "Attempts to send",
    audit_entries: "Entries of the audit log",
    imports: "Imports of files with their refused rows",
    jobs: "Jobs",
    idempotency_keys: "Idempotency keys with their answers",
    holds: "Times in which messages were held",
    former_clients: "Phones of deleted clients",
    replies: "Replies of people",
  },
};

export const opt_out = {
  record: "Record an opt-out",
  record_text:
    "Messages that wait are not sent any more. The opt-out stays when the client is deleted or imported again.",
  recorded: "The opt-out is recorded",
  reason: "Reason",
  reason_help: "How the person asked for it, for example: by phone, on 27 November",
  lift: "Lift",
  lift_title: "Lift the opt-out of %{phone}?",
  lift_text: "Mailings may reach the person again. Messages that were not sent because of the opt-out stay unsent.",
  lift_reason_help: "For example: the person asked for messages again",
  lifted: "The opt-out is lifted",
  banner: {
    all: "This person has opted out of all messages",
    marketing: "This person has opted out of marketing. Service messages are still sent.",
  },
  origin: "Since %{time}, source: %{source}",
  import: {
    title: "Import opt-outs",
    drop: "Drop a CSV file here, or choose one",
    help: "CSV with a header row: phone and, if you like, scope (all or marketing), reason, at (when the person opted out, such as 2026-11-23T10:00:00Z) and source. Phones need their country code. An import lifts no opt-out and narrows none.",
    check: "Some of the rows. Are they right?",
    rows: "%{count} row |||| %{count} rows",
    to_opt_outs: "Show the opt-outs",
  },
};

export const privacy = {
  title: "Consent and personal data",
  consent: "Consent to marketing",
  consented: "since %{time}",
  consented_by: "since %{time}: %{source}",
  no_consent: "none recorded",
  download: "Download all data",
  downloading: "Reading the data…",
  erase: "Erase",
  erase_title: "Erase all data of %{phone}?",
  erase_text:
    "The client, the texts of its messages and its traces in the logs of changes and imports are removed for good. Counts stay. Nobody can message or import this phone any more. This cannot be undone.",
  erase_phone: "Type the phone to confirm",
  erase_reason: "Reason",
  erase_reason_help: "For example: request of 27 November. Do not name the person.",
  erased: "The data is erased",
};

export const retention = {
  title: "Data retention",
  help: "What is older than this is removed every night. Counts of mailings stay. The periods are parameters of the stack.",
  subject: "Data",
  days: "Kept for",
  days_count: "%{count} day |||| %{count} days",
  while_used: "as long as something refers to it",
  removed: "Removed last time",
  running: "The removal has been running since %{time}",
  finished: "Last removal: %{time}",
  never: "Nothing has been removed yet. The periods are shown after the first removal, during the next night.",
  messages_removed:
    "Messages of mailings that ended by %{time} may have been removed: they are kept for a limited time.",
};
