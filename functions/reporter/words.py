"""Words, number formats and colours of the report, in English and Russian."""

from datetime import date, datetime

from notifications.contracts.enumerations import MailingStatus, MessageStatus, ReportLanguage

WORDS = {
    ReportLanguage.EN: {
        "subject": "Mailings of {day}",
        "none": "There were no mailings on this day.",
        "all": "All messages of the day, in brackets the change against the day before",
        "change": "+/− against the day before",
        "mailings": "Mailings",
        "mailing": "Mailing",
        "more": "And {n} more: see the attached table.",
        "errors": "Most frequent errors",
        "incidents": "The provider was down or refused the token",
        "lasts": "it lasts",
        "waiting": "waiting now",
        "in_time": "Sent at most {seconds} s late: {share} (95 % within {percentile} s)",
        "beyond_bounds": "more than 86,400",
        "delivered": "Delivered, of those sent: {share}",
        "delivered_change": "Delivered, of those sent: {share} ({points} percentage points against the day before)",
        "agree": "The numbers agree: {messages} messages of {mailings} mailings compared with every running count.",
        "disagree": "THE NUMBERS DISAGREE. What to do: docs/runbook.md, “CountMismatch”.",
        "open": "Open the admin site",
        "total": "audience",
        "status": "status",
        "text": "text",
    },
    ReportLanguage.RU: {
        "subject": "Рассылки за {day}",
        "none": "В этот день рассылок не было.",
        "all": "Все сообщения за день, в скобках — изменение к предыдущему дню",
        "change": "+/− к предыдущему дню",
        "mailings": "Рассылки",
        "mailing": "Рассылка",
        "more": "Ещё рассылок: {n}. Все — в приложенной таблице.",
        "errors": "Самые частые ошибки",
        "incidents": "Провайдер не работал или не принимал токен",
        "lasts": "продолжается",
        "waiting": "ожидают сейчас",
        "in_time": "Отправлено с опозданием не больше {seconds} с: {share} (95 % — за {percentile} с)",
        "beyond_bounds": "86 400 и более",
        "delivered": "Доставлено из отправленных: {share}",
        "delivered_change": "Доставлено из отправленных: {share} ({points} п. п. к предыдущему дню)",
        "agree": "Числа сходятся: сообщений сверено со счётчиками — {messages}, рассылок — {mailings}.",
        "disagree": "ЧИСЛА НЕ СХОДЯТСЯ. Что делать: docs/runbook.md, «CountMismatch».",
        "open": "Открыть админку",
        "total": "аудитория",
        "status": "состояние",
        "text": "текст",
    },
}
# Statuses in which messages end.
MESSAGE_STATUSES = {
    ReportLanguage.EN: {
        MessageStatus.SENT: "sent",
        MessageStatus.FAILED: "failed",
        MessageStatus.EXPIRED: "expired",
        MessageStatus.CANCELLED: "cancelled",
        MessageStatus.UNKNOWN: "outcome unknown",
        MessageStatus.SUPPRESSED: "suppressed",
    },
    ReportLanguage.RU: {
        MessageStatus.SENT: "отправлено",
        MessageStatus.FAILED: "с ошибкой",
        MessageStatus.EXPIRED: "не успели",
        MessageStatus.CANCELLED: "отменено",
        MessageStatus.UNKNOWN: "исход неизвестен",
        MessageStatus.SUPPRESSED: "исключено",
    },
}
MAILING_STATUSES = {
    ReportLanguage.EN: {
        MailingStatus.DRAFT: "draft",
        MailingStatus.SCHEDULED: "scheduled",
        MailingStatus.RUNNING: "running",
        MailingStatus.PAUSED: "paused",
        MailingStatus.FINISHED: "finished",
        MailingStatus.CANCELLED: "cancelled",
    },
    ReportLanguage.RU: {
        MailingStatus.DRAFT: "черновик",
        MailingStatus.SCHEDULED: "запланирована",
        MailingStatus.RUNNING: "идёт",
        MailingStatus.PAUSED: "на паузе",
        MailingStatus.FINISHED: "завершена",
        MailingStatus.CANCELLED: "отменена",
    },
}
# Colours of the numbers in HTML, dark enough on white.
COLOURS = {
    MessageStatus.SENT: "#18794e",
    MessageStatus.FAILED: "#c62828",
    MessageStatus.EXPIRED: "#b45309",
    MessageStatus.CANCELLED: "#52606d",
    MessageStatus.UNKNOWN: "#7c3aed",
    MessageStatus.SUPPRESSED: "#0f766e",
}

_THOUSANDS = {ReportLanguage.EN: ",", ReportLanguage.RU: "\N{NO-BREAK SPACE}"}
_DECIMAL = {ReportLanguage.EN: ".", ReportLanguage.RU: ","}


def number(n: int, language: ReportLanguage) -> str:
    """Format a number with separated thousands."""
    return f"{n:,}".replace(",", _THOUSANDS[language])


def change(n: int, language: ReportLanguage) -> str:
    """Format a difference with its sign."""
    return _sign(n) + number(abs(n), language)


def points(difference: float, language: ReportLanguage) -> str:
    """Format a difference of two shares of 1 in percentage points with one decimal place, with its sign."""
    tenths = round(difference * 1000)
    return f"{_sign(tenths)}{abs(tenths) // 10}{_DECIMAL[language]}{abs(tenths) % 10}"


def _sign(n: int) -> str:
    return "+" if n > 0 else "\N{MINUS SIGN}" if n < 0 else "\N{PLUS-MINUS SIGN}"


def percent(share: float, language: ReportLanguage) -> str:
    """Format a share of 1 as a percentage with one decimal place, rounded down."""
    tenths = int(share * 1000)
    return f"{tenths // 10}{_DECIMAL[language]}{tenths % 10}\N{NO-BREAK SPACE}%"


def written_day(day: date, language: ReportLanguage) -> str:
    """Format a date."""
    return f"{day:%d.%m.%Y}" if language is ReportLanguage.RU else f"{day.day} {day:%B} {day.year}"


def written_stretch(opened_at: datetime, closed_at: datetime | None, language: ReportLanguage) -> str:
    """Format a time span to the minute. Its days are named only if it ends on another one."""
    begin = f"{opened_at:%H:%M}"
    if closed_at is None:
        return f"{begin} \N{EN DASH} {WORDS[language]['lasts']}"
    same_day = opened_at.date() == closed_at.date()
    end = f"{closed_at:%H:%M}" if same_day else f"{written_day(closed_at.date(), language)} {closed_at:%H:%M}"
    return f"{begin if same_day else f'{written_day(opened_at.date(), language)} {begin}'} \N{EN DASH} {end}"
