import type { ProviderHealth } from "../../api/types";

/** Return true if something holds or slows sending that a reset of the provider ends. */
export function canBeReset(health: Pick<ProviderHealth, "breaker" | "rate_limit" | "hold_until">): boolean {
  return health.breaker !== "closed" || health.rate_limit !== null || health.hold_until !== null;
}
