import { expect, it } from "vitest";
import { countriesIn } from "../../../../../src/pages/clients/import/steps/countries";

it.each([
  ["en", "Germany"],
  ["ru", "Германия"],
])("countries have names in %s, in the order of the language", (locale, germany) => {
  const countries = countriesIn(locale);
  expect(countries.find(({ code }) => code === "DE")?.name).toBe(germany);
  expect(countries.every(({ code, name }) => name !== code)).toBe(true);
  const names = countries.map(({ name }) => name);
  expect(names).toEqual(names.toSorted((one, other) => one.localeCompare(other, locale)));
});
