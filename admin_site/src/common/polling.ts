import { useEffect, useState } from "react";

const HIDDEN_TAB_FACTOR = 15;

/**
 * The pause between two polls, for react-query's `refetchInterval`: longer in a tab that nobody sees.
 *
 * Use it with `refetchIntervalInBackground`, or such a tab stands still.
 */
export function pollInterval(milliseconds: number): () => number {
  return () => (document.hidden ? milliseconds * HIDDEN_TAB_FACTOR : milliseconds);
}

/** The present moment, anew every so often, for what counts down. */
export function useNow(everyMs = 1000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
