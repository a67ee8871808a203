/** Placeholders and SMS segments of a mailing's text, by the rules of the service. */

import type { SmsEncoding } from "../../../api/types";

export interface Placeholder {
  name: string;
  fallback: string | undefined;
}

export type Part = string | Placeholder;

/** Error in a text: key of its message and the name that the message shows. */
export interface TextError {
  messageKey: string;
  name?: string;
}

const TOKEN = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/gu;
const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_]{0,63}$/u;
export const MAX_LENGTH = 4096;

/** Separators, combining marks, controls and format characters, such as U+200B, are invisible. */
const VISIBLE = /[^\p{Z}\p{M}\p{Cc}\p{Cf}]/u;

/** Return true if a text has a visible character. */
export function hasVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** Return true if every placeholder has a fallback, and the text has nothing visible with them. */
function isAlwaysBlank(parts: readonly Part[]): boolean {
  const { text, missing } = renderText(parts, {});
  return missing.length === 0 && !hasVisible(text);
}

/** Split a text into literal text and placeholders, or return its error. */
export function parseText(text: string): Part[] | TextError {
  const parts: Part[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [token, inside] = match;
    if (inside !== undefined) {
      const [name = "", ...rest] = inside.split("|");
      if (!NAME.test(name)) return { messageKey: "mailing.form.bad_name", name };
      parts.push({ name, fallback: rest.length > 0 ? rest.join("|") : undefined });
    } else if (token === "{" || token === "}") {
      return { messageKey: "mailing.form.unbalanced" };
    } else {
      parts.push(token === "{{" ? "{" : token === "}}" ? "}" : token);
    }
  }
  return parts;
}

/** Return true if a text has more characters than a mailing may have. */
export function isTooLong(text: string): boolean {
  return Array.from(text).length > MAX_LENGTH;
}

/** Return the text's error, or undefined if it is valid. */
export function validateText(text: string): TextError | undefined {
  if (text === "") return { messageKey: "mailing.form.required" };
  if (isTooLong(text)) return { messageKey: "mailing.form.too_long" };
  const parts = parseText(text);
  if (!Array.isArray(parts)) return parts;
  return isAlwaysBlank(parts) ? { messageKey: "mailing.form.blank" } : undefined;
}

/** Fill placeholders with a client's values. `missing` lists names without value and fallback. */
export function renderText(
  parts: readonly Part[],
  values: Record<string, string>,
): { text: string; missing: string[] } {
  const missing: string[] = [];
  const filled = parts.map((part) => {
    if (typeof part === "string") return part;
    const value = values[part.name];
    if (value && hasVisible(value)) return value;
    if (part.fallback === undefined) missing.push(part.name);
    return part.fallback ?? `{${part.name}}`;
  });
  return { text: filled.join(""), missing };
}

export interface Segments {
  encoding: SmsEncoding;
  /** Length in the encoding's units. */
  units: number;
  count: number;
}

// GSM 03.38: a character of the basic set takes one septet, one of the extension table two.
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");

/** Count SMS segments: one holds 160 septets or 70 UCS-2 units, each of several 153 or 67. */
export function smsSegments(text: string): Segments {
  const characters = Array.from(text);
  const gsm = characters.every((character) => BASIC.has(character) || EXTENSION.has(character));
  const costs = characters.map((character) => (gsm ? (EXTENSION.has(character) ? 2 : 1) : character.length));
  const count = gsm ? countSegments(costs, 160, 153) : countSegments(costs, 70, 67);
  return { encoding: gsm ? "GSM-7" : "UCS-2", units: sum(costs), count };
}

function countSegments(costs: readonly number[], alone: number, joined: number): number {
  if (sum(costs) <= alone) return 1;
  let count = 1;
  let used = 0;
  for (const cost of costs) {
    // A character of two units is never split.
    if (used + cost > joined) {
      count += 1;
      used = 0;
    }
    used += cost;
  }
  return count;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
