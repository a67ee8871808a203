import { describe, expect, it } from "vitest";
import type { FieldProblem } from "../../src/api/problem";
import { createI18nProvider, problemWords } from "../../src/i18n";
import { formatsOf } from "../../src/i18n/formats";
import { fieldLabel, phrasesOf } from "../../src/i18n/phrases";

const english = createI18nProvider(["en"]);
const russian = createI18nProvider(["ru"]);
const precise = (at: string | Date) => `<${String(at)}>`;
const phrases = {
  en: phrasesOf(english.translate, { ...formatsOf("en"), precise }),
  ru: phrasesOf(russian.translate, { ...formatsOf("ru"), precise }),
};
const MOMENT = "2026-11-23T10:00:00Z";

const opens = {
  code: "window_opens",
  params: { start: "09:00", end: "12:00", opens_at: MOMENT },
  text: "09:00 to 12:00 of local time; opens 2026-11-23T10:00:00Z",
} as const;
const paused = { code: "mailing_status", params: { status: "paused" }, text: "the mailing is paused" } as const;
const rejected = { code: "provider_rejected", params: null, text: "HTTP 400: bad number" } as const;
const timeout = {
  code: "provider_timeout",
  params: { seconds: 10 },
  text: "the provider did not answer within 10 s",
} as const;

describe("in Russian", () => {
  it("a verdict names the facts that it follows from", () => {
    const said = { code: "waits", params: { reasons: [paused, opens] }, text: "waits: …" } as const;
    expect(phrases.ru.verdict(said)).toBe(
      `Ждёт: рассылка приостановлена; с 09:00 до 12:00 по часам клиента, откроется <${MOMENT}> по вашим`,
    );
  });

  it("a verdict names the reason of the message", () => {
    const said = { code: "failed", params: { since: MOMENT, reason: rejected }, text: "…" } as const;
    expect(phrases.ru.verdict(said)).toBe(
      `Не будет отправлено: ошибка <${MOMENT}>, провайдер отклонил сообщение: HTTP 400: bad number`,
    );
  });

  it("a filter that does not match is a fact", () => {
    const reason = { code: "filter_tags", params: { tags: ["a", "b"] }, text: "…" };
    expect(phrases.ru.verdict({ code: "not_selected", params: { reason }, text: "…" })).toBe(
      "Не получит, если рассылка начнётся сейчас: рассылка идёт клиентам с любым из тегов: a и b",
    );
  });

  it("a reason contains another", () => {
    expect(phrases.ru.reason({ code: "held", params: { reason: timeout }, text: "…" })).toBe(
      "провайдер не ответил за 10 секунд; провайдер мог принять сообщение",
    );
  });

  it.each([
    [1, "Не больше 1 символа"],
    [3, "Не больше 3 символов"],
    [4096, "Не больше 4 096 символов"],
  ])("%i characters are counted", (max_length, expected) => {
    const said = { code: "too_long", params: { max_length }, text: "…" } as const;
    expect(phrases.ru.problem(said).replaceAll("\u00a0", " ")).toBe(expected);
  });

  it("countries have their names", () => {
    const params = { international: "+15123456789", national: "+4915123456789", country: "DE" };
    const said = { code: "phone_ambiguous", params, text: "…" } as const;
    expect(phrases.ru.problem(said)).toContain("в стране «Германия», +4915123456789");
  });

  it("actions, statuses and roles have their names", () => {
    expect(
      phrases.ru.problem({ code: "mailing_status", params: { action: "retry", status: "cancelled" }, text: "…" }),
    ).toBe("Рассылку нельзя повторить: она отменена.");
    expect(phrases.ru.problem({ code: "role_required", params: { role: "operator" }, text: "…" })).toBe(
      "Для этого нужна роль «оператор».",
    );
  });

  it("a day has no time zone, a year and a number of a mailing no groups of digits", () => {
    expect(phrases.ru.problem({ code: "report_not_found", params: { day: "2026-11-23" }, text: "…" })).toBe(
      "Отчёт за 23 ноября 2026 г. по почте не отправлялся.",
    );
    expect(phrases.ru.problem({ code: "time_range", params: { first_year: 1970, last_year: 2200 }, text: "…" })).toBe(
      "Нужен год от 1970 до 2200",
    );
    expect(phrases.ru.problem({ code: "mailing_not_found", params: { mailing_id: 12345 }, text: "…" })).toBe(
      "Рассылки № 12345 нет.",
    );
  });

  it("the client's local time is by the client's clock", () => {
    const { fact } = phrasesOf(russian.translate, formatsOf("ru"));
    const params = { timezone: "Asia/Omsk", local_time: "2026-11-23T16:00:00+06:00" };
    expect(fact({ code: "local_time", params, text: "…" })).toBe("в поясе Asia/Omsk сейчас 23 нояб., 16:00:00");
  });

  it("a field has the label of its form", () => {
    expect(fieldLabel(russian.translate, ["filter", "tags"])).toBe("Теги");
    expect(fieldLabel(russian.translate, ["send_window", "start"])).toBe("С");
    expect(fieldLabel(russian.translate, ["attributes", "bonus"])).toBe("Личные данные");
    expect(fieldLabel(russian.translate, ["limit"])).toBe("limit");
  });

  it("a problem names its fields", () => {
    const errors: FieldProblem[] = [
      { loc: ["body", "phone"], code: "phone_format", params: {}, msg: "…" },
      { loc: ["body"], code: "body_not_json", params: {}, msg: "…" },
    ];
    expect(problemWords(russian).whole({ code: "invalid_input", params: {}, errors }, "…")).toBe(
      "Телефон: Нужен действующий телефон с кодом страны, например 79261234567 или +44 20 7946 0958; Нужен корректный JSON",
    );
  });

  it("a failure names the request to report", () => {
    expect(problemWords(russian).whole({ code: "internal_error", params: {}, request_id: "8c1f" }, "…")).toContain(
      "номер запроса: 8c1f",
    );
  });
});

describe("in English", () => {
  it("times are the reader's", () => {
    expect(phrases.en.fact({ code: "starts", params: { starts_at: MOMENT }, text: "the mailing starts …" })).toBe(
      `the mailing starts <${MOMENT}>`,
    );
  });

  it("one second is no plural", () => {
    expect(phrases.en.reason({ ...timeout, params: { seconds: 1 } })).toBe(
      "the provider did not answer within 1 second",
    );
  });
});

describe("the API's English is shown", () => {
  it("where a code is not known yet", () => {
    const said = { code: "moon_in_the_way" as never, params: { moon: 1 }, text: "the moon is in the way" };
    expect(phrases.en.reason(said)).toBe(said.text);
    expect(phrases.en.reason({ code: "given_up", params: { reason: said }, text: "…" })).toBe(
      "an operator gave up on the message: the moon is in the way",
    );
  });

  it("where there is no code, or a parameter of it is missing", () => {
    expect(phrases.en.reason({ code: null, params: null, text: "an old reason" })).toBe("an old reason");
    expect(phrases.en.reason({ ...timeout, params: null })).toBe(timeout.text);
  });

  it("as it came, whatever it looks like", () => {
    const text = "HTTP 503: %{seconds} |||| $& ra.action.edit";
    expect(phrases.en.reason({ ...rejected, text })).toBe(`the provider refused the message: ${text}`);
    expect(phrases.en.reason({ code: null, params: null, text })).toBe(text);
  });
});
