import type { Client } from "../../../../api/types";

export type Values = Client["attributes"];

/** Attribute as the form edits it. */
export interface Row {
  name: string;
  value: string;
}

export function toRows(values: Values): Row[] {
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
}

/** Convert form rows to attributes; numbers and booleans keep their type where the text still allows it. */
export function toValues(rows: readonly Row[], before: Values): Values {
  const named = rows.filter(({ name }) => name.trim() !== "");
  return Object.fromEntries(named.map(({ name, value }) => [name.trim(), typed(value, before[name.trim()])]));
}

function typed(text: string, before: Values[string] | undefined): Values[string] {
  const number = Number(text);
  if (typeof before === "number" && text.trim() !== "" && Number.isFinite(number)) return number;
  if (typeof before === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_]{0,63}$/u;

export function isName(name: string): boolean {
  return NAME.test(name);
}
