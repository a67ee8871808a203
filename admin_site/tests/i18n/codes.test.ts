import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "../../src/i18n/en";
import { knownParameters } from "../../src/i18n/parameters";
import { placeholders } from "../../src/i18n/phrases";
import { ru } from "../../src/i18n/ru";

interface Codes {
  enum: string[];
  "x-phrases": Record<string, string>;
}

const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../../docs/api/openapi.json"), "utf8")) as {
  components: { schemas: Record<string, Codes> };
};
const VOCABULARIES = [
  ["ProblemCode", "problem"],
  ["Reason", "reason"],
  ["FactCode", "fact"],
  ["VerdictCode", "verdict"],
  ["WarningCode", "warning"],
] as const;
/** Words of somebody else are in the English text alone. */
const WORDS = "words";
/** Values of a problem document beside its parameters. */
const BESIDE_PARAMS: Record<string, string[]> = { internal_error: ["request_id"] };

const codesOf = (schema: string) => document.components.schemas[schema] ?? { enum: [], "x-phrases": {} };

/** Return the placeholders of a phrase of the API: `{name}`, but not `{{name}}`. */
function parametersOf(phrase: string): string[] {
  return Array.from(phrase.matchAll(/\{\{|\}\}|\{(\w+)[^{}]*\}/g), ([, name]) => name ?? "").filter(Boolean);
}

describe.each(VOCABULARIES)("codes of %s", (schema, vocabulary) => {
  const codes = codesOf(schema);

  it("are known", () => {
    expect(codes.enum.length).toBeGreaterThan(0);
    expect(Object.keys(codes["x-phrases"]).sort()).toEqual(codes.enum.toSorted());
  });

  it.each([
    ["English", en],
    ["Russian", ru],
  ])("have words in %s, and no others have", (_, language) => {
    expect(Object.keys(language[vocabulary]).sort()).toEqual(codes.enum.toSorted());
  });

  it.each([
    ["English", en],
    ["Russian", ru],
  ])("take no value in %s that the API does not give", (_, language) => {
    const phrases: Record<string, string> = language[vocabulary];
    const unknown = Object.entries(codes["x-phrases"]).flatMap(([code, phrase]) => {
      const given = parametersOf(phrase).map((name) => (name === WORDS ? "text" : name));
      const allowed = [...given, ...(BESIDE_PARAMS[code] ?? [])];
      return placeholders(phrases[code] ?? "")
        .filter((name) => !allowed.includes(name))
        .map((name) => `${code}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });

  it("lose nothing that the API says", () => {
    const phrases: Record<string, string> = en[vocabulary];
    const lost = Object.entries(codes["x-phrases"]).flatMap(([code, phrase]) =>
      parametersOf(phrase)
        .map((name) => (name === WORDS ? "text" : name))
        .filter((name) => !placeholders(phrases[code] ?? "").includes(name))
        .map((name) => `${code}: ${name}`),
    );
    expect(lost).toEqual([]);
  });

  it("have parameters of a known kind", () => {
    const names = Object.values(codes["x-phrases"]).flatMap(parametersOf);
    expect(names.filter((name) => name !== WORDS && !knownParameters().has(name))).toEqual([]);
  });
});

it("reads placeholders as the API does", () => {
  expect(parametersOf("{a} {{b}} {{{c}}} {d:,} {{e|f}}")).toEqual(["a", "c", "d"]);
});
