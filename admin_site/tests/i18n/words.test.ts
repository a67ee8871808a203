import { describe, expect, it } from "vitest";
import { formatsOf } from "../../src/i18n/formats";
import { browserLocale } from "../../src/i18n";
import { en } from "../../src/i18n/en";
import { ru } from "../../src/i18n/ru";
import { serverWords } from "../../src/i18n/serverWords";

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
    const plural = own.filter((key) => !key.startsWith("ra.") && english.get(key)?.includes("||||"));
    expect(plural.filter((key) => russian.get(key)?.split("||||").length !== 3)).toEqual([]);
  });

  it("is no English", () => {
    const latin = own.filter((key) => !key.startsWith("ra.") && !/[а-яё№]/i.test(russian.get(key) ?? ""));
    expect(latin).toEqual([]);
  });
});

describe("what the API says", () => {
  const say = (locale: string) => serverWords(locale, { ...formatsOf(locale), precise: () => "<time>" });

  it.each([
    ["sent 2026-11-23T10:00:00Z", "отправлено <time>"],
    [
      "waits: 09:00 to 12:00 of local time; opens 2026-11-24T03:00:00Z; due 2026-11-24T03:00:00Z",
      "ждёт: с 09:00 до 12:00 по местному времени; откроется <time>; срок <time>",
    ],
    ["waits: the mailing is paused; due 2026-11-23T10:00:00Z", "ждёт: рассылка приостановлена; срок <time>"],
    [
      "will not be sent: failed 2026-11-23T10:00:00Z, HTTP 400: bad number",
      "не будет отправлено: не удалось <time>, HTTP 400: bad number",
    ],
    [
      "09:00 to 21:00 of local time; opens 2026-11-23T10:00:00Z",
      "с 09:00 до 21:00 по местному времени; откроется <time>",
    ],
    [
      "the mailing goes to any of the tags a and any of the operator codes 926",
      "рассылка идёт клиентам с любым из тегов a и любым из кодов 926",
    ],
    [
      "not yet: the audience is fixed when the mailing starts, 2026-11-23T10:00:00Z",
      "ещё нет: аудитория определится в начале рассылки",
    ],
    [
      "phone: must be a 7 and ten digits, such as 79261234567",
      "телефон: нужно 7 и ещё десять цифр, например 79261234567",
    ],
    ["the provider's own words", "the provider's own words"],
  ])("%j is said in Russian", (english, russian) => {
    expect(say("ru")(english)).toBe(russian);
  });

  it("keeps its words in English, with the reader's times", () => {
    expect(say("en")("starts 2026-11-23T10:00:00Z")).toBe("starts <time>");
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
