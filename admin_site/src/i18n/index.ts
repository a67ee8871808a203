import polyglot from "ra-i18n-polyglot";
import type { I18nProvider, TranslationMessages } from "react-admin";
import { en } from "./en";
import { ru } from "./ru";

const MESSAGES: Record<string, TranslationMessages> = { en, ru };
const LOCALES = [
  { locale: "en", name: "English" },
  { locale: "ru", name: "Русский" },
];

/** The language that the browser asks for, as long as nobody chose another. */
export function browserLocale(languages: readonly string[] = navigator.languages): string {
  const known = languages.map((each) => each.slice(0, 2)).find((each) => each in MESSAGES);
  return known ?? "en";
}

export const i18nProvider: I18nProvider = polyglot((locale) => MESSAGES[locale] ?? en, browserLocale(), LOCALES);
