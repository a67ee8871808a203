import type { Mailing } from "../../api/types";
import { MAILING_STATUS } from "../statuses";

/** Time until a mailing starts or ends, or the moment at which it ended. */
export type Timing =
  { kind: "starts_in" | "ends_in"; milliseconds: number } | { kind: "ended"; at: string } | { kind: "none" };

export function timingOf(mailing: Pick<Mailing, "status" | "starts_at" | "ends_at">, now: Date): Timing {
  if (MAILING_STATUS[mailing.status].over) return { kind: "none" };
  const untilStart = Date.parse(mailing.starts_at) - now.getTime();
  if (untilStart > 0) return { kind: "starts_in", milliseconds: untilStart };
  const untilEnd = Date.parse(mailing.ends_at) - now.getTime();
  return untilEnd > 0 ? { kind: "ends_in", milliseconds: untilEnd } : { kind: "ended", at: mailing.ends_at };
}
