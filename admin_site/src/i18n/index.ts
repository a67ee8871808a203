import polyglot from "ra-i18n-polyglot";
import type { I18nProvider, TranslationMessages } from "react-admin";
import { formatsOf } from "./formats";
import { en } from "./en";
import { ru } from "./ru";
import { serverWords } from "./serverWords";

const MESSAGES: Record<string, TranslationMessages> = { en, ru };
const LOCALES = [
  { locale: "en", name: "English" },
  { locale: "ru", name: "Русский" },
];

/** Return the first of the browser's languages that the site has, else English. */
export function browserLocale(languages: readonly string[] = navigator.languages): string {
  const known = languages.map((each) => each.slice(0, 2)).find((each) => each in MESSAGES);
  return known ?? "en";
}

/** The site's words by key; what is no key is what the API has said, and is said in the page's language too. */
export function createI18nProvider(): I18nProvider {
  const words = polyglot((locale) => MESSAGES[locale] ?? en, browserLocale(), LOCALES);
  const translate: I18nProvider["translate"] = (key, options) => {
    const found = words.translate(key, { _: key, ...(options as object | undefined) });
    if (found !== key) return found;
    const locale = words.getLocale();
    return serverWords(locale, formatsOf(locale))(key);
  };
  return { ...words, translate };
}
