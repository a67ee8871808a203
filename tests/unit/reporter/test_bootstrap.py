from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from notifications.contracts.enumerations import ReportLanguage
from reporter.bootstrap import from_environment
from reporter.mail import Mail

VARIABLES = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none?sslmode=disable",
    "REPORT_SENDER": "report@example.com",
    "REPORT_RECIPIENTS": "a@example.com, b@example.com,",
    "REPORT_CONFIGURATION_SET": "reports",
    "REPORT_LANGUAGE": "ru",
    "REPORT_TIMEZONE": "Europe/Moscow",
    "ADMIN_URL": "https://admin.example.com",
}
MAIL = Mail("Subject", "text", "<p>html</p>", b"id\n", "mailings-2026-11-22.csv")


@dataclass
class FakeSes:
    sent: list[dict[str, Any]] = field(default_factory=list)

    def send_email(self, **mail: Any) -> dict[str, str]:
        self.sent.append(mail)
        return {"MessageId": f"id {len(self.sent)}"}


def test_the_reporter_is_built_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    ses = FakeSes()
    collaborators = from_environment(lambda: ses)  # type: ignore[arg-type,return-value]
    reporter = collaborators.reporter()
    assert (reporter.language, reporter.admin_url) == (ReportLanguage.RU, "https://admin.example.com")
    assert collaborators.now().astimezone(reporter.zone).utcoffset() == timedelta(hours=3)
    assert reporter.engine.url.host == "127.0.0.1"
    assert [reporter.send(MAIL) for _ in range(2)] == ["id 1", "id 2"]
    mail = ses.sent[0]
    assert (mail["FromEmailAddress"], mail["ConfigurationSetName"]) == ("report@example.com", "reports")
    assert mail["Destination"] == {"ToAddresses": ["a@example.com", "b@example.com"]}


def test_the_environment_is_read_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPORT_SENDER", raising=False)
    collaborators = from_environment()
    with pytest.raises(ValueError, match="report_sender"):
        collaborators.reporter()
