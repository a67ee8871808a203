import { useCallback, useEffect, useRef, useState } from "react";

/** Time without changes after which values are saved. */
const DELAY_MS = 2_000;

/** State of saving; undefined before the first change. */
export type SaveState = { kind: "changed" | "saving" | "saved" } | { kind: "failed"; message: string } | undefined;

interface Options<Values, Saved> {
  values: Values;
  /** False while the server would refuse the values. */
  savable: boolean;
  isSaved: (values: Values) => boolean;
  save: (values: Values) => Promise<Saved>;
  /** Called with the result of a save while the form is open. */
  onSaved: (saved: Saved) => void;
}

/** Save values when they have not changed for a while, when the page is hidden, and when the form is left. */
export function useAutosave<Values, Saved>(options: Options<Values, Saved>): SaveState {
  const [state, setState] = useState<SaveState>();
  const initial = useRef(options.values);
  const latest = useRef(options);
  const isOpen = useRef(true);
  useEffect(() => {
    latest.current = options;
  });

  const flush = useCallback(async () => {
    const { values, savable, isSaved, save, onSaved } = latest.current;
    if (!savable || values === initial.current || isSaved(values)) return;
    setState({ kind: "saving" });
    try {
      const saved = await save(values);
      if (!isOpen.current) return;
      onSaved(saved);
      if (latest.current.values === values) setState({ kind: "saved" });
    } catch (error) {
      setState({ kind: "failed", message: (error as Error).message });
    }
  }, []);

  const { values } = options;
  useEffect(() => {
    if (values === initial.current) return undefined;
    setState({ kind: "changed" });
    const timer = setTimeout(() => void flush(), DELAY_MS);
    return () => clearTimeout(timer);
  }, [values, flush]);

  useEffect(() => {
    const onHidden = () => void (document.hidden && flush());
    document.addEventListener("visibilitychange", onHidden);
    isOpen.current = true;
    return () => {
      isOpen.current = false;
      document.removeEventListener("visibilitychange", onHidden);
      void flush();
    };
  }, [flush]);
  return state;
}
