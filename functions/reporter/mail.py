"""Report as a mail: the same data as HTML, as plain text and as a table, in the reader's language."""

import csv
from dataclasses import dataclass
from functools import cache, partial
from io import StringIO
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifications.contracts.enumerations import ENDED_STATUSES, ReportLanguage
from notifications.statistics import delays
from notifications.statistics.daily_figures import Figures
from notifications.statistics.delays import PROMISED, Delays
from notifications.statistics.reconciliation import Reconciliation
from notifications.texts.spreadsheet_cells import escape_formulas
from reporter import words

# Mail clients cut a mail at about 100 kB; the table has all mailings.
MAILINGS_SHOWN = 50
DIFFERENCES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Report:
    """Data of a report; `admin_url` is empty where there is no admin site."""

    figures: Figures
    reconciliation: Reconciliation
    admin_url: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail before it is addressed, with one table attached."""

    subject: str
    text: str
    html: str
    table: bytes
    table_name: str


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("reporter"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def compose(report: Report, language: ReportLanguage) -> Mail:
    """Compose the mail of a report."""
    said, figures = words.WORDS[language], report.figures
    subject = said["subject"].format(day=words.written_day(figures.day, language))
    values = {
        "report": report,
        "figures": figures,
        "words": said,
        "language": language,
        "subject": subject,
        "statuses": ENDED_STATUSES,
        "message_words": words.MESSAGE_STATUSES[language],
        "colours": words.COLOURS,
        "mailing_words": words.MAILING_STATUSES[language],
        "number": partial(words.number, language=language),
        "change": partial(words.change, language=language),
        "stretch": partial(words.written_stretch, language=language),
        "in_time": _in_time(figures.delays, language),
        "delivered": _delivered(figures, language),
        "shown": figures.mailings[:MAILINGS_SHOWN],
        "differences": report.reconciliation.differences[:DIFFERENCES_SHOWN],
    }
    return Mail(
        subject=subject,
        text=_templates().get_template("report.txt").render(values),
        html=_templates().get_template("report.html").render(values),
        table=_table(figures, language),
        table_name=f"mailings-{figures.day.isoformat()}.csv",
    )


def _in_time(found: Delays, language: ReportLanguage) -> str:
    """Return a sentence on the share sent within the promised delay; empty if nothing was sent."""
    share, bound = found.share_in_time, found.p95_seconds
    if share is None or bound is None:
        return ""
    said = words.WORDS[language]
    return said["in_time"].format(
        seconds=int(PROMISED.total_seconds()),
        share=words.percent(share, language),
        percentile=words.number(bound, language) if bound < delays.BEYOND else said["beyond_bounds"],
    )


def _delivered(figures: Figures, language: ReportLanguage) -> str:
    """Return a sentence on the share of delivered messages and its change; empty without sends or receipts."""
    share, before = figures.share_delivered, figures.share_delivered_before
    if share is None:
        return ""
    said = words.WORDS[language]
    values = {"share": words.percent(share, language)}
    if before is None:
        return said["delivered"].format(**values)
    return said["delivered_change"].format(**values, points=words.points(share - before, language))


def _table(figures: Figures, language: ReportLanguage) -> bytes:
    """Return the day's mailings as CSV, with the byte order mark by which spreadsheets know its encoding."""
    out = StringIO()
    writer = csv.writer(out)
    said, statuses = words.WORDS[language], words.MESSAGE_STATUSES[language]
    before = [said[column] for column in ("status", "text", "total")]
    writer.writerow(["id", *before, *(statuses[status] for status in ENDED_STATUSES), said["waiting"]])
    for each in figures.mailings:
        row: list[Any] = [
            each.id,
            words.MAILING_STATUSES[language][each.status],
            escape_formulas(each.text),
            each.total,
        ]
        writer.writerow([*row, *(each.ended[status] for status in ENDED_STATUSES), each.waiting])
    return out.getvalue().encode("utf-8-sig")
