"""Settings of the reporter."""

from datetime import tzinfo

from notifications.contracts.enumerations import ReportLanguage
from notifications.contracts.settings import DatabaseSettings
from notifications.schedules.time_zones import load_zone


class ReporterSettings(DatabaseSettings):
    """The database, and the recipients, the language and the time zone of reports."""

    report_sender: str
    report_recipients: str
    report_language: ReportLanguage
    report_timezone: str
    report_configuration_set: str
    admin_url: str = ""

    def recipients(self) -> list[str]:
        """Return the addresses, which the environment separates by commas."""
        return [address.strip() for address in self.report_recipients.split(",") if address.strip()]

    def timezone(self) -> tzinfo:
        """Return the time zone whose days are reported."""
        return load_zone(self.report_timezone)
