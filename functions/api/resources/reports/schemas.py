"""The daily reports, as they were mailed."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.fields import Given, ShownMoment

Day = Annotated[date, Field(description="the local day that is reported", examples=["2026-11-22"])]


class MailedReport(Given):
    """A report that was mailed; null: that was before reports were kept."""

    day: Day
    sent_at: ShownMoment
    subject: str | None


class ReportText(MailedReport):
    """What the mail said, in both of its forms."""

    text: str | None
    html: str | None


class ReportPage(Given):
    """A page of reports; `next` is the cursor of the next page."""

    items: list[MailedReport]
    next: str | None
