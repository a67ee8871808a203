type Thing = Record<string, unknown> | null;

export interface Difference {
  field: string;
  before: string;
  after: string;
}

/** The fields in which a thing differs from what it was, as text; of something new or deleted, all of them. */
export function differences(before: Thing, after: Thing): Difference[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields]
    .map((field) => ({ field, before: shown(before?.[field]), after: shown(after?.[field]) }))
    .filter((difference) => difference.before !== difference.after);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "—";
  return typeof value === "string" ? value : JSON.stringify(value);
}
