import polyglot from "ra-i18n-polyglot";
import type { I18nProvider, TranslationMessages } from "react-admin";
import type { ProblemWords } from "../api/problem";
import { en } from "./en";
import { formatsOf } from "./formats";
import { problemWordsOf } from "./phrases";
import { ru } from "./ru";

const MESSAGES: Record<string, TranslationMessages> = { en, ru };
const LOCALES = [
  { locale: "en", name: "English" },
  { locale: "ru", name: "Русский" },
];

/** Return the first of the browser's languages that the site has, else English. */
export function browserLocale(languages: readonly string[]): string {
  const known = languages.map((each) => each.slice(0, 2)).find((each) => each in MESSAGES);
  return known ?? "en";
}

/** Create react-admin's provider of the site's messages. A text that is no key is shown as it is. */
export function createI18nProvider(languages = navigator.languages): I18nProvider {
  return polyglot((locale) => MESSAGES[locale] ?? en, browserLocale(languages), LOCALES, { allowMissing: true });
}

/** Return the words of problems in the provider's language at the time of the call. */
export function problemWords(provider: I18nProvider): ProblemWords {
  const current = () => problemWordsOf(provider.translate, formatsOf(provider.getLocale()));
  return { whole: (problem, text) => current().whole(problem, text), field: (error) => current().field(error) };
}
