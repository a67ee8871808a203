"""The report's words and ways of writing numbers, in English and Russian."""

from datetime import date, datetime
from typing import Literal

type Language = Literal["en", "ru"]

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "subject": "Mailings of {day}",
        "none": "There were no mailings on this day.",
        "all": "All messages of the day, in brackets the change against the day before",
        "change": "+/− against the day before",
        "mailings": "Mailings",
        "mailing": "Mailing",
        "more": "And {n} more: see the attached table.",
        "errors": "Most frequent errors",
        "incidents": "The provider was down or refused us",
        "lasts": "it lasts",
        "waiting": "waiting now",
        "in_time": "Left within {seconds} s of being due: {share} (95 % within {percentile} s)",
        "beyond_bounds": "more than 86,400",
        "agree": "The numbers agree: {messages} messages of {mailings} mailings compared with every running count.",
        "disagree": "THE NUMBERS DISAGREE. What to do: docs/runbook.md, “Numbers differ”.",
        "open": "Open the admin site",
        "total": "audience",
        "sent": "sent",
        "failed": "failed",
        "expired": "expired",
        "cancelled": "cancelled",
        "unknown": "outcome unknown",
        "scheduled": "scheduled",
        "running": "running",
        "paused": "paused",
        "finished": "finished",
        "status": "status",
        "text": "text",
    },
    "ru": {
        "subject": "Рассылки за {day}",
        "none": "В этот день рассылок не было.",
        "all": "Все сообщения за день, в скобках — изменение к предыдущему дню",
        "change": "+/− к предыдущему дню",
        "mailings": "Рассылки",
        "mailing": "Рассылка",
        "more": "Ещё рассылок: {n}. Все — в приложенной таблице.",
        "errors": "Самые частые ошибки",
        "incidents": "Провайдер не работал или отказывал нам",
        "lasts": "продолжается",
        "waiting": "ожидают сейчас",
        "in_time": "Отправлено не позже чем через {seconds} с после срока: {share} (95 % — за {percentile} с)",
        "beyond_bounds": "86 400 и более",
        "agree": "Числа сходятся: сообщений сверено со счётчиками — {messages}, рассылок — {mailings}.",
        "disagree": "ЧИСЛА НЕ СХОДЯТСЯ. Что делать: docs/runbook.md, «Numbers differ».",
        "open": "Открыть админку",
        "total": "аудитория",
        "sent": "отправлено",
        "failed": "с ошибкой",
        "expired": "не успели",
        "cancelled": "отменено",
        "unknown": "исход неизвестен",
        "scheduled": "запланирована",
        "running": "идёт",
        "paused": "на паузе",
        "finished": "завершена",
        "status": "состояние",
        "text": "текст",
    },
}
# A mailing, unlike a message, is feminine in Russian.
CANCELLED_MAILING: dict[Language, str] = {"en": "cancelled", "ru": "отменена"}

_THOUSANDS: dict[Language, str] = {"en": ",", "ru": "\N{NO-BREAK SPACE}"}
_DECIMAL: dict[Language, str] = {"en": ".", "ru": ","}


def number(n: int, language: Language) -> str:
    """A number with its thousands apart."""
    return f"{n:,}".replace(",", _THOUSANDS[language])


def change(n: int, language: Language) -> str:
    """A difference with its sign."""
    sign = "+" if n > 0 else "\N{MINUS SIGN}" if n < 0 else "\N{PLUS-MINUS SIGN}"
    return sign + number(abs(n), language)


def percent(share: float, language: Language) -> str:
    """A share with one decimal place; never rounded up to the whole."""
    tenths = int(share * 1000)
    return f"{tenths // 10}{_DECIMAL[language]}{tenths % 10}\N{NO-BREAK SPACE}%"


def written_day(day: date, language: Language) -> str:
    """A day as people write it."""
    return f"{day:%d.%m.%Y}" if language == "ru" else f"{day.day} {day:%B} {day.year}"


def written_stretch(opened_at: datetime, closed_at: datetime | None, language: Language) -> str:
    """When something was, to the minute; the day is named only where the end lies on another one."""
    begin = f"{opened_at:%H:%M}"
    if closed_at is None:
        return f"{begin} \N{EN DASH} {WORDS[language]['lasts']}"
    same_day = opened_at.date() == closed_at.date()
    end = f"{closed_at:%H:%M}" if same_day else f"{written_day(closed_at.date(), language)} {closed_at:%H:%M}"
    return f"{begin if same_day else f'{written_day(opened_at.date(), language)} {begin}'} \N{EN DASH} {end}"
