import type { MessageStatus, Stats } from "../../src/api/types";
import { MESSAGE_STATUSES } from "../../src/common/statuses";

/** Return a mailing's counts: those that are given, and zero for every other status. */
export function statsOf(counts: Partial<Record<MessageStatus, number>>): Stats {
  const all = MESSAGE_STATUSES.map((status) => [status, counts[status] ?? 0] as const);
  const total = all.reduce((sum, [, count]) => sum + count, 0);
  return { ...(Object.fromEntries(all) as Record<MessageStatus, number>), total };
}
