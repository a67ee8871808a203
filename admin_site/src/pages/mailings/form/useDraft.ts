import { useEffect, useState } from "react";
import type { Draft } from "./draft";

const KEY = "mailing-draft";

/** Keep a draft across reloads and expired sessions. `restored` is true if a stored one was found. */
export function useDraft(fresh: () => Draft, keep: boolean) {
  const [restored, setRestored] = useState(() => keep && sessionStorage.getItem(KEY) !== null);
  const [draft, setDraft] = useState<Draft>(() => {
    const found = keep ? sessionStorage.getItem(KEY) : null;
    return found ? { ...fresh(), ...(JSON.parse(found) as Partial<Draft>) } : fresh();
  });
  useEffect(() => {
    const begun = draft.text !== "" || draft.tags.length > 0 || draft.operator_codes.length > 0;
    if (keep && begun) sessionStorage.setItem(KEY, JSON.stringify(draft));
  }, [draft, keep]);
  return {
    draft,
    change: (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change })),
    restored,
    startOver: () => {
      forgetDraft();
      setDraft(fresh());
      setRestored(false);
    },
  };
}

/** Delete the stored draft. */
export function forgetDraft() {
  sessionStorage.removeItem(KEY);
}
