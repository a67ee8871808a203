import type { Api } from "../../api/client";
import type { Job, Mailing, MailingStatus, Resolution, RetriedStatus, RetryInput, Stats } from "../../api/types";
import { versioned } from "../../api/resources";
import { MAILING_STATUS, type StatusAction } from "../../common/statuses";

export type MailingAction = StatusAction | Resolution;

/** Statuses whose messages can be sent once more, the first chosen unless somebody chooses otherwise. */
export const RETRIED_STATUSES = ["failed", "expired"] as const satisfies readonly RetriedStatus[];

/** Statuses of a mailing that has begun and is not cancelled. */
const BEGUN: readonly MailingStatus[] = ["running", "paused", "finished"];

/** A mailing's state, which decides what can be done. */
interface State {
  status: MailingStatus;
  ends_at: string;
  stats: Stats;
  messages_removed_at: string | null;
}

/** Return true if the mailing has messages that can be sent once more. After its end, a retry needs a new end. */
export function canRetry({ status, stats, ends_at, messages_removed_at }: State, now: Date): boolean {
  const awaitsEnd = stats.unknown > 0 && Date.parse(ends_at) <= now.getTime();
  return messages_removed_at === null && BEGUN.includes(status) && (hasRetried(stats) || awaitsEnd);
}

function hasRetried(stats: Stats): boolean {
  return RETRIED_STATUSES.some((each) => stats[each] > 0);
}

/** Send messages once more; those of unknown outcome, with a new end, if there are no others. */
export async function sendAgain(
  api: Api,
  { id, stats }: { id: number; stats: Stats },
  input: RetryInput,
): Promise<Mailing | Job> {
  if (hasRetried(stats)) return retry(api, id, input);
  // Nothing has failed: this gives the mailing its new end, which the decision needs.
  await retry(api, id, { ...input, statuses: ["failed"] });
  return runAction(api, "resend", id);
}

/** Send messages once more. Return the changed mailing, or the job that does it if there are many messages. */
async function retry(api: Api, id: number, body: RetryInput): Promise<Mailing | Job> {
  return versioned(
    await api.POST("/api/v1/mailing/{mailing_id}/retry/", { params: { path: { mailing_id: id } }, body }),
  ).data;
}

/** Return true if the action applies to the mailing's current state. The API decides in the end. */
export function isAvailable(action: MailingAction, mailing: State, now: Date): boolean {
  const hasUnknown = mailing.stats.unknown > 0 && mailing.messages_removed_at === null;
  const mayStillSend = mailing.status !== "cancelled" && Date.parse(mailing.ends_at) > now.getTime();
  switch (action) {
    case "resend":
      return hasUnknown && mayStillSend;
    case "give_up":
      return hasUnknown;
    default:
      return MAILING_STATUS[mailing.status].actions.includes(action);
  }
}

/** Run the action. Return the changed mailing, or the job that does it if there are many messages. */
export async function runAction(api: Api, action: MailingAction, id: number): Promise<Mailing | Job> {
  const params = { params: { path: { mailing_id: id } } };
  const calls: Record<MailingAction, () => Promise<{ data?: Mailing | Job; response: Response }>> = {
    withdraw: () => api.POST("/api/v1/mailing/{mailing_id}/withdraw/", params),
    pause: () => api.POST("/api/v1/mailing/{mailing_id}/pause/", params),
    resume: () => api.POST("/api/v1/mailing/{mailing_id}/resume/", params),
    cancel: () => api.POST("/api/v1/mailing/{mailing_id}/cancel/", params),
    resend: () => api.POST("/api/v1/mailing/{mailing_id}/resolve/", { ...params, body: { verdict: "resend" } }),
    give_up: () => api.POST("/api/v1/mailing/{mailing_id}/resolve/", { ...params, body: { verdict: "give_up" } }),
  };
  return versioned(await calls[action]()).data;
}
