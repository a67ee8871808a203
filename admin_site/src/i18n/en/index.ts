import library from "ra-language-english";
import { client, tag } from "./clients";
import { fact, verdict, warning } from "./explanations";
import { file } from "./files";
import { mailing } from "./mailings";
import { dashboard, report } from "./overview";
import { opt_out, privacy, privacyVocabularies, retention } from "./privacy";
import { field, problem } from "./problems";
import { reason } from "./reasons";
import { resources } from "./resources";
import { vocabularies } from "./vocabularies";

/** English messages of the site. The type of the Russian ones requires the same keys. */
export const en = {
  ...library,
  app: {
    name: "Notifications",
    offline: "The service cannot be reached. Trying again.",
    offline_since: "The service cannot be reached. You see the data of %{time}. Trying again.",
    loading: "Loading…",
    none: "none",
    any: "any",
    updated: "Updated %{time}",
    more: "%{smart_count} more",
    conflict: "Somebody else has changed this meanwhile. Your input is kept: open the page in another tab and compare.",
    close: "Close",
    back: "Back",
    next: "Next",
    retry: "Try again",
    empty: "Nothing here yet",
    failed: "This could not be loaded: %{reason}",
  },
  auth: {
    welcome: "Sign in to send mailings",
    choose_password: "Choose a password of your own to continue",
    email: "E-mail",
    new_password: "New password",
    password_rule: "At least 12 characters, with capital and small letters and digits",
    error: {
      NotAuthorized: "The e-mail or the password is wrong",
      UserNotFound: "The e-mail or the password is wrong",
      PasswordResetRequired: "An administrator has to reset your password",
      InvalidPassword: "This password is too weak: at least 12 characters, with capital and small letters and digits",
      UserNotConfirmed: "This account is not confirmed yet",
      TooManyRequests: "Too many attempts. Wait a moment.",
      LimitExceeded: "Too many attempts. Wait a moment.",
      Network: "The sign-in service cannot be reached",
      Other: "Sign-in failed. Try again later.",
    },
  },
  resources,
  ...vocabularies,
  ...privacyVocabularies,
  problem,
  field,
  reason,
  fact,
  verdict,
  warning,
  mailing,
  client,
  file,
  tag,
  dashboard,
  report,
  opt_out,
  privacy,
  retention,
  job: {
    of: "%{done} of %{total}",
    cancel: "Stop",
    cancel_title: "Stop this job?",
    cancel_text: "What it has done stays done. The rest is left as it is.",
    cancelled: "Job stopped",
    started: "Started. The progress is shown with the mailing.",
  },
  audit: {
    field: "Field",
    before: "Before",
    after: "After",
    no_details: "No details",
  },
};
