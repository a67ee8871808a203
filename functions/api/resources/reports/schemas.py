"""Mailed daily reports."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.fields import Output, ShownMoment

Day = Annotated[date, Field(description="the reported day, in the report's time zone", examples=["2026-11-22"])]


class MailedReport(Output):
    """A mailed report; `subject` is null if it was mailed before reports were stored."""

    day: Day
    sent_at: ShownMoment
    subject: str | None


class ReportText(MailedReport):
    """A mailed report with its text and HTML; null if it was mailed before reports were stored."""

    text: str | None
    html: str | None


class ReportPage(Output):
    """A page of reports; `next` is the cursor of the next page."""

    items: list[MailedReport]
    next: str | None
