import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem";
import { SignedOut } from "./tokens";

const RETRIES = 2;

/** Return true if a failed call may succeed unchanged: not after a refusal or a sign-out. */
export function shouldRetry(failures: number, error: Error): boolean {
  const refused = error instanceof SignedOut || (error instanceof ApiProblem && error.status < 500);
  return !refused && failures < RETRIES;
}

export function createQueryClient(): QueryClient {
  // A browser may wrongly report that it is offline, so calls are made in any case.
  return new QueryClient({ defaultOptions: { queries: { retry: shouldRetry, networkMode: "always" } } });
}
