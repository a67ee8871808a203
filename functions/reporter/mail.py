"""The report as a mail: the same data as plain text and as HTML, in the reader's language."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, select_autoescape

from reporter.report import Report

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

WORDS = {
    "en": {
        "subject": "Mailings of {day}",
        "none": "There were no mailings on this day.",
        "mailing": "Mailing",
        "all": "All mailings",
        "total": "messages",
        "pending": "waiting",
        "queued": "queued",
        "sending": "being sent",
        "sent": "sent",
        "failed": "failed",
        "expired": "expired",
        "cancelled": "cancelled",
        "unknown": "outcome unknown",
    },
    "ru": {
        "subject": "Рассылки за {day}",
        "none": "В этот день рассылок не было.",
        "mailing": "Рассылка",
        "all": "Все рассылки",
        "total": "сообщений",
        "pending": "ожидают",
        "queued": "в очереди",
        "sending": "отправляются",
        "sent": "отправлено",
        "failed": "с ошибкой",
        "expired": "не успели",
        "cancelled": "отменено",
        "unknown": "исход неизвестен",
    },
}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail before it is addressed."""

    subject: str
    text: str
    html: str


@cache
def _templates() -> Environment:
    # StrictUndefined would hide nothing here: every name is given, and a missing one fails the tests.
    return Environment(
        loader=PackageLoader("reporter"), autoescape=select_autoescape(["html"]), trim_blocks=True, lstrip_blocks=True
    )


def compose(report: Report, language: str) -> Mail:
    """The mail of a report in `en` or `ru`."""
    words = WORDS[language]
    values = {
        "report": report,
        "totals": report.totals(),
        "words": words,
        "language": language,
        "subject": words["subject"].format(day=report.day.isoformat()),
    }
    return Mail(
        subject=str(values["subject"]),
        text=_templates().get_template("report.txt").render(values),
        html=_templates().get_template("report.html").render(values),
    )


def send(client: "SESV2Client", mail: Mail, *, sender: str, recipients: list[str]) -> str:
    """Send a mail by SES. Gives SES's id of it."""
    answer = client.send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": recipients},
        Content={
            "Simple": {
                "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": mail.text, "Charset": "UTF-8"},
                    "Html": {"Data": mail.html, "Charset": "UTF-8"},
                },
            }
        },
    )
    return answer["MessageId"]
