import type { EndedStatus, MailingStatus, MessageStatus } from "../api/types";

interface MessageStatusTraits<Status> {
  /** Differs from its neighbours in the light and the dark theme, and for colour-blind people. */
  colour: string;
  /** True if a message does not leave the status by itself. */
  ended: Status extends EndedStatus ? true : false;
  severity: "success" | "info" | "warning" | "error";
}

/** Message statuses in the order of a status bar: sent, under way, ended otherwise. */
export const MESSAGE_STATUS: { [Status in MessageStatus]: MessageStatusTraits<Status> } = {
  sent: { colour: "#2e9e6b", ended: true, severity: "success" },
  sending: { colour: "#3f8fe0", ended: false, severity: "info" },
  queued: { colour: "#7fb5ee", ended: false, severity: "info" },
  pending: { colour: "#b9c2d0", ended: false, severity: "info" },
  unknown: { colour: "#8e5bd0", ended: true, severity: "warning" },
  failed: { colour: "#d64545", ended: true, severity: "error" },
  expired: { colour: "#e0902f", ended: true, severity: "error" },
  cancelled: { colour: "#7b8494", ended: true, severity: "warning" },
  suppressed: { colour: "#a0795c", ended: true, severity: "warning" },
};

export const MESSAGE_STATUSES = Object.keys(MESSAGE_STATUS) as readonly MessageStatus[];
export const ENDED_STATUSES = MESSAGE_STATUSES.filter((status) => isEnded(status));

/** Actions of a user that a mailing's status allows or not. */
export type StatusAction = "withdraw" | "pause" | "resume" | "cancel";

interface MailingStatusTraits {
  colour: "default" | "primary" | "success" | "warning" | "info";
  actions: readonly StatusAction[];
  /** True if only a retry can make the mailing send again. */
  over: boolean;
  /** Interval at which an open page reads the mailing. */
  pollMs: number;
}

export const MAILING_STATUS: Record<MailingStatus, MailingStatusTraits> = {
  draft: { colour: "default", actions: [], over: false, pollMs: 15_000 },
  scheduled: { colour: "info", actions: ["withdraw", "pause", "cancel"], over: false, pollMs: 3000 },
  running: { colour: "primary", actions: ["pause", "cancel"], over: false, pollMs: 1500 },
  paused: { colour: "warning", actions: ["resume", "cancel"], over: false, pollMs: 5000 },
  finished: { colour: "success", actions: [], over: true, pollMs: 15_000 },
  cancelled: { colour: "default", actions: [], over: true, pollMs: 15_000 },
};

export const MAILING_STATUSES = Object.keys(MAILING_STATUS) as readonly MailingStatus[];

/** Return true if a message does not leave the status by itself. */
export function isEnded(status: MessageStatus): status is EndedStatus {
  return MESSAGE_STATUS[status].ended;
}

/** Return the number of messages that have ended. */
export function endedCount(counts: Record<EndedStatus, number>): number {
  return ENDED_STATUSES.reduce((sum, status) => sum + counts[status], 0);
}

/** Return the number of messages that are still to be sent. */
export function openCount(counts: Record<MessageStatus, number>): number {
  return MESSAGE_STATUSES.reduce((sum, status) => (isEnded(status) ? sum : sum + counts[status]), 0);
}
