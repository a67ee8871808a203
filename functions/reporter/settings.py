"""What the reporter reads from its environment."""

from datetime import tzinfo
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from notifications.settings import DatabaseSettings


class ReporterSettings(DatabaseSettings):
    """The database, and to whom, in which language and in whose days it reports."""

    report_sender: str
    report_recipients: str
    report_language: Literal["en", "ru"]
    report_timezone: str

    def recipients(self) -> list[str]:
        """The addresses, which the environment gives with commas between them."""
        return [address.strip() for address in self.report_recipients.split(",") if address.strip()]

    def timezone(self) -> tzinfo:
        """The zone whose days are reported."""
        return ZoneInfo(self.report_timezone)


@cache
def settings() -> ReporterSettings:
    """The settings, read once an instance."""
    return ReporterSettings()
