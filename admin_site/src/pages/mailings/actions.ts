import type { Api } from "../../api/client";
import type { Mailing, MailingStatus, Resolution, Stats } from "../../api/types";
import { MAILING_STATUS, type StatusAction } from "../../common/statuses";

export type MailingAction = StatusAction | "retry" | Resolution;

/** Return true if the action applies to the mailing's current state. The API decides in the end. */
export function isAvailable(
  action: MailingAction,
  mailing: { status: MailingStatus; ends_at: string; stats: Stats },
  now: Date,
): boolean {
  const mayStillSend = mailing.status !== "cancelled" && Date.parse(mailing.ends_at) > now.getTime();
  switch (action) {
    case "retry":
      return mailing.stats.failed > 0 && mayStillSend;
    case "resend":
      return mailing.stats.unknown > 0 && mayStillSend;
    case "give_up":
      return mailing.stats.unknown > 0;
    default:
      return MAILING_STATUS[mailing.status].actions.includes(action);
  }
}

/** Run the action and return the changed mailing. */
export async function runAction(api: Api, action: MailingAction, id: number): Promise<Mailing> {
  const params = { params: { path: { mailing_id: id } } };
  const calls = {
    pause: () => api.POST("/api/v1/mailing/{mailing_id}/pause/", params),
    resume: () => api.POST("/api/v1/mailing/{mailing_id}/resume/", params),
    cancel: () => api.POST("/api/v1/mailing/{mailing_id}/cancel/", params),
    retry: () => api.POST("/api/v1/mailing/{mailing_id}/retry/", params),
    resend: () => api.POST("/api/v1/mailing/{mailing_id}/resolve/", { ...params, body: { verdict: "resend" } }),
    give_up: () => api.POST("/api/v1/mailing/{mailing_id}/resolve/", { ...params, body: { verdict: "give_up" } }),
  };
  const { data } = await calls[action]();
  if (!data) throw new Error("no data in the answer");
  return data;
}
