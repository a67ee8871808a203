import { describe, expect, it } from "vitest";
import { convert, guessEncoding, type Encoding } from "../../../src/common/files/fileText";

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

describe("a file that is not UTF-8", () => {
  it.each<[string, Encoding, string]>([
    ["\xC0\xED\xED\xE0", "windows-1251", "Анна"],
    ["Zo\xEB, Ren\xE9e", "windows-1252", "Zoë, Renée"],
  ])("%j is probably %s", (given, encoding, text) => {
    expect(guessEncoding(bytes(given))).toBe(encoding);
    expect(convert(bytes(given), encoding)).toBe(text);
  });

  it.each<[Encoding, string, string]>([
    ["koi8-r", "\xE1\xCE\xCE\xC1", "Анна"],
    ["ibm866", "\x80\xAD\xAD\xA0", "Анна"],
    ["x-mac-cyrillic", "\x80\xED\xED\xE0", "Анна"],
    ["windows-1250", "\xA3ód\x9F", "Łódź"],
  ])("is converted from %s", (encoding, given, text) => {
    expect(convert(bytes(given), encoding)).toBe(text);
  });
});

it("has no other encoding if its characters were lost before", () => {
  expect(guessEncoding(new TextEncoder().encode("\uFFFD"))).toBeUndefined();
});
