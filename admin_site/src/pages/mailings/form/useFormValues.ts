import { useEffect, useState } from "react";
import type { FormValues } from "./values";

const KEY = "mailing-draft";

/** Keep form values across reloads and expired sessions. `restored` is true if a stored one was found. */
export function useFormValues(fresh: () => FormValues, keep: boolean) {
  const [restored, setRestored] = useState(() => keep && sessionStorage.getItem(KEY) !== null);
  const [values, setValues] = useState<FormValues>(() => {
    const found = keep ? sessionStorage.getItem(KEY) : null;
    return found ? { ...fresh(), ...(JSON.parse(found) as Partial<FormValues>) } : fresh();
  });
  useEffect(() => {
    const begun = values.text !== "" || values.tags.length > 0 || values.operator_codes.length > 0;
    if (keep && begun) sessionStorage.setItem(KEY, JSON.stringify(values));
  }, [values, keep]);
  return {
    values,
    change: (change: Partial<FormValues>) => setValues((before) => ({ ...before, ...change })),
    restored,
    startOver: () => {
      forgetValues();
      setValues(fresh());
      setRestored(false);
    },
  };
}

/** Delete the stored values. */
export function forgetValues() {
  sessionStorage.removeItem(KEY);
}
