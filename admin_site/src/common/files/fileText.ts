import { FileProblem } from "./fileProblem";
import { lineEnds } from "./rows";

/** Encodings that a file may have in place of UTF-8. They give every byte a character. */
export const ENCODINGS = [
  "windows-1251",
  "windows-1252",
  "windows-1250",
  "koi8-r",
  "ibm866",
  "x-mac-cyrillic",
] as const;

export type Encoding = (typeof ENCODINGS)[number];

const REPLACEMENT = "\uFFFD";
/** First bytes of files that are no text. */
const WORKBOOKS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];
/** Three bytes in a row that UTF-8 does not have: Cyrillic words have them, words with accents do not. */
const CYRILLIC_WORD = /[\u00A8\u00B8\u00C0-\u00FF]{3}/;

/** Return the text of a file in UTF-8 or UTF-16, by the service's rules. */
export function decode(bytes: Uint8Array): string {
  if (WORKBOOKS.some((start) => startsWith(bytes, start))) throw new FileProblem("body_is_workbook");
  const text = new TextDecoder(markedEncoding(bytes)).decode(bytes);
  const place = text.indexOf(REPLACEMENT);
  if (place >= 0) throw new FileProblem("body_not_utf8", { line: 1 + lineEnds(text.slice(0, place)) });
  return text;
}

/** Return the text of a file in another encoding. */
export function convert(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** Return the encoding that the file probably has, or undefined if its characters were lost before. */
export function guessEncoding(bytes: Uint8Array): Encoding | undefined {
  if (isUtf8(bytes)) return undefined;
  return CYRILLIC_WORD.test(convert(bytes, "windows-1252")) ? "windows-1251" : "windows-1252";
}

/** Return the Unicode encoding that the file's byte order mark tells. */
function markedEncoding(bytes: Uint8Array): string {
  if (startsWith(bytes, [0xff, 0xfe])) return "utf-16le";
  return startsWith(bytes, [0xfe, 0xff]) ? "utf-16be" : "utf-8";
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
