/** A mailing's text as the service reads it: placeholders, and how many SMS segments it takes. */

export interface Placeholder {
  name: string;
  fallback: string | undefined;
}

export type Part = string | Placeholder;

/** What is wrong with a text, by the name of its messageKey and what they need. */
export interface TextError {
  messageKey: string;
  name?: string;
}

const TOKEN = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/gu;
const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_]{0,63}$/u;
export const MAX_LENGTH = 4096;

/** The parts of a text, or what is wrong with it. */
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

/** What keeps a text from being sent, or undefined. */
export function validateText(text: string): TextError | undefined {
  if (text === "") return { messageKey: "mailing.form.required" };
  if (Array.from(text).length > MAX_LENGTH) return { messageKey: "mailing.form.too_long" };
  const parts = parseText(text);
  return Array.isArray(parts) ? undefined : parts;
}

/** The text for one client, and the names that the client has no value for. */
export function renderText(
  parts: readonly Part[],
  values: Record<string, string>,
): { text: string; missing: string[] } {
  const missing: string[] = [];
  const filled = parts.map((part) => {
    if (typeof part === "string") return part;
    const value = values[part.name];
    if (value?.trim()) return value;
    if (part.fallback === undefined) missing.push(part.name);
    return part.fallback ?? `{${part.name}}`;
  });
  return { text: filled.join(""), missing };
}

export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  /** The length in units of the encoding. */
  units: number;
  count: number;
}

// GSM 03.38: the basic set costs one septet a character, the extension table two.
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");

/** How many SMS segments a text takes: 160 septets or 70 units alone, 153 or 67 in each of several. */
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
    // What takes two units is never split.
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
