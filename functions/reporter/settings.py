"""What the reporter reads from its environment."""

from datetime import tzinfo
from functools import cache

from notifications.contracts.enumerations import ReportLanguage
from notifications.contracts.settings import DatabaseSettings
from notifications.schedules.time_zones import load_zone


class ReporterSettings(DatabaseSettings):
    """The database, and to whom, in which language and in whose days it reports."""

    report_sender: str
    report_recipients: str
    report_language: ReportLanguage
    report_timezone: str
    report_configuration_set: str
    admin_url: str = ""

    def recipients(self) -> list[str]:
        """The addresses, which the environment gives with commas between them."""
        return [address.strip() for address in self.report_recipients.split(",") if address.strip()]

    def timezone(self) -> tzinfo:
        """The zone whose days are reported."""
        return load_zone(self.report_timezone)


@cache
def settings() -> ReporterSettings:
    """The settings, read once an instance."""
    return ReporterSettings()
