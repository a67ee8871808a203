import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatsOf } from "../../src/i18n/formats";
import { browserLocale } from "../../src/i18n";
import { en } from "../../src/i18n/en";
import { ru } from "../../src/i18n/ru";

const SOURCES = join(import.meta.dirname, "../../src");

type Words = { [key: string]: string | Words };

function flat(words: Words, path = ""): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === "string" ? [[path + key, value] as const] : [...flat(value, `${path}${key}.`)],
    ),
  );
}

const [english, russian] = [flat(en as unknown as Words), flat(ru as unknown as Words)];
// The library's own page for somebody who begins to program with it.
const own = [...english.keys()].filter((key) => !key.startsWith("ra.guesser"));

describe("Russian", () => {
  it("has every word that English has", () => {
    expect(own.filter((key) => !russian.has(key))).toEqual([]);
  });

  it("takes the same values", () => {
    const values = (words = "") => [...new Set(words.match(/%\{\w+\}/g))].sort();
    const differ = own.filter(
      (key) => !key.startsWith("ra.") && String(values(english.get(key))) !== String(values(russian.get(key))),
    );
    expect(differ).toEqual([]);
  });

  it("has a form for one, for few and for many", () => {
    const plural = own.filter(
      (key) => `${english.get(key)}${russian.get(key)}`.includes("||||") && !key.startsWith("ra."),
    );
    expect(plural.filter((key) => russian.get(key)?.split("||||").length !== 3)).toEqual([]);
  });

  it("is no English", () => {
    const latin = own.filter((key) => !key.startsWith("ra.") && !/[а-яё№]/i.test(russian.get(key) ?? ""));
    expect(latin).toEqual([]);
  });
});

it("begins in the browser's language where it has it", () => {
  expect(browserLocale(["de-DE", "ru-RU", "en"])).toBe("ru");
  expect(browserLocale(["de"])).toBe("en");
});

it("tells a length of time in its two largest units", () => {
  const { duration } = formatsOf("en");
  expect(duration(3 * 3_600_000 + 10 * 60_000 + 5000)).toBe("3 hr 10 min".replace("hr", "hrs").replace("min", "mins"));
  expect(duration(0)).toBe("0 secs");
});

describe("a key that the site asks for", () => {
  const sources = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("i18n"))
    .map((name) => readFileSync(join(SOURCES, name), "utf8"));
  const asked = (pattern: RegExp) =>
    sources.flatMap((source) => Array.from(source.matchAll(pattern), ([, key = ""]) => key));

  it("is a message", () => {
    const keys = asked(
      /"((?:app|auth|resources|mailing|client|file|tag|dashboard|report|audit|opt_out|privacy|retention|ra)(?:\.\w+)+)"/g,
    );
    expect(keys.length).toBeGreaterThan(100);
    expect(keys.filter((key) => !english.has(key))).toEqual([]);
  });

  it("begins like a message, where its end is computed", () => {
    const beginnings = asked(/translate\(`([\w.]+)\$\{/g);
    expect(beginnings.length).toBeGreaterThan(10);
    const known = [...english.keys()];
    expect(beginnings.filter((beginning) => !known.some((key) => key.startsWith(beginning)))).toEqual([]);
  });
});
