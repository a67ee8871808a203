import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem";
import { SignedOut } from "./tokens";

const RETRIES = 2;

/** Whether a call that failed may succeed when it is made again as it was. */
export function shouldRetry(failures: number, error: Error): boolean {
  const refused = error instanceof SignedOut || (error instanceof ApiProblem && error.status < 500);
  return !refused && failures < RETRIES;
}

export function createQueryClient(): QueryClient {
  // A browser that thinks itself offline may be wrong, so calls are made, and it is seen whether they come through.
  return new QueryClient({ defaultOptions: { queries: { retry: shouldRetry, networkMode: "always" } } });
}
