import { useEffect, useState } from "react";

const HIDDEN_TAB_FACTOR = 15;

/**
 * Return a `refetchInterval` for react-query that is longer in a hidden tab.
 *
 * Use it with `refetchIntervalInBackground`; without it react-query stops polling in hidden tabs.
 */
export function pollInterval(milliseconds: number): () => number {
  return () => (document.hidden ? milliseconds * HIDDEN_TAB_FACTOR : milliseconds);
}

/** Return the current time, updated at an interval. */
export function useNow(everyMs = 1000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
