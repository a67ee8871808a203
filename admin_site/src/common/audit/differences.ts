type Snapshot = Record<string, unknown> | null;

export interface Difference {
  field: string;
  before: string;
  after: string;
}

/** List the fields that differ, as text; all fields of a created or deleted object. */
export function differences(before: Snapshot, after: Snapshot): Difference[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields]
    .map((field) => ({ field, before: asText(before?.[field]), after: asText(after?.[field]) }))
    .filter((difference) => difference.before !== difference.after);
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "—";
  return typeof value === "string" ? value : JSON.stringify(value);
}
