import type { MailingStatus, MessageStatus, Stats } from "../api/types";

/** Message statuses in the order of a status bar: sent, under way, ended otherwise. */
export const MESSAGE_STATUSES: readonly MessageStatus[] = [
  "sent",
  "sending",
  "queued",
  "pending",
  "unknown",
  "failed",
  "expired",
  "cancelled",
];

/** Statuses that a message does not leave by itself. */
export const ENDED_STATUSES = ["sent", "failed", "expired", "cancelled", "unknown"] as const;

export const MAILING_STATUSES: readonly MailingStatus[] = ["scheduled", "running", "paused", "finished", "cancelled"];

/** Colours that differ from their neighbours in the light and the dark theme, and for colour-blind people. */
export const MESSAGE_COLOURS: Record<MessageStatus, string> = {
  sent: "#2e9e6b",
  sending: "#3f8fe0",
  queued: "#7fb5ee",
  pending: "#b9c2d0",
  unknown: "#8e5bd0",
  failed: "#d64545",
  expired: "#e0902f",
  cancelled: "#7b8494",
};

export const MAILING_COLOURS: Record<MailingStatus, "default" | "primary" | "success" | "warning" | "info"> = {
  scheduled: "info",
  running: "primary",
  paused: "warning",
  finished: "success",
  cancelled: "default",
};

/** Return the number of messages that have ended. */
export function endedCount(stats: Stats): number {
  return ENDED_STATUSES.reduce((sum, status) => sum + stats[status], 0);
}

/** Return the number of messages that are still to be sent. */
export function openCount(stats: Stats): number {
  return stats.pending + stats.queued + stats.sending;
}
