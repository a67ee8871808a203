"""Mailed daily reports."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.fields import NextCursor, Output, ShownMoment

Day = Annotated[date, Field(description="reported day, in the report's time zone", examples=["2026-11-22"])]

StoredText = Annotated[str | None, Field(description="null if it was mailed before reports were stored")]


class MailedReport(Output):
    """A mailed report."""

    day: Day
    sent_at: ShownMoment
    subject: StoredText


class ReportText(MailedReport):
    """A mailed report with its text and its HTML."""

    text: StoredText
    html: StoredText


class ReportPage(Output):
    """A page of reports."""

    items: list[MailedReport]
    next: NextCursor
