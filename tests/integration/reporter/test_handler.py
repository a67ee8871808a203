from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from notifications.contracts.observability import metrics
from reporter import handler as entry
from reporter import ses
from reporter.mail import Mail
from reporter.settings import settings
from tests.support.mailings.scenario import Story

CONTEXT = SimpleNamespace(
    function_name="reporter", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="request"
)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, database_url: str) -> list[Mail]:
    mails: list[Mail] = []

    def send(_: Any, mail: Mail, *, sender: str, recipients: list[str], configuration_set: str) -> str:
        assert (sender, recipients) == ("report@example.com", ["a@example.com", "b@example.com"])
        assert configuration_set == "reports"
        mails.append(mail)
        return f"id {len(mails)}"

    monkeypatch.setattr(ses, "send", send)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REPORT_SENDER", "report@example.com")
    monkeypatch.setenv("REPORT_RECIPIENTS", "a@example.com, b@example.com,")
    monkeypatch.setenv("REPORT_CONFIGURATION_SET", "reports")
    monkeypatch.setenv("REPORT_LANGUAGE", "ru")
    monkeypatch.setenv("REPORT_TIMEZONE", "Europe/Moscow")
    monkeypatch.setattr(metrics.provider, "namespace", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    settings.cache_clear()
    return mails


@pytest.mark.usefixtures("engine")
def test_the_day_before_is_sent_once(sent: list[Mail]) -> None:
    first, second = (entry.handler({}, CONTEXT) for _ in range(2))
    assert (first["sent"], second["sent"]) == ("id 1", "before")
    assert [mail.text.count("рассылок не было") for mail in sent] == [1]


def test_by_hand_today_is_sent_every_time(engine: Engine, sent: list[Mail]) -> None:
    now = datetime.now(UTC)
    story = Story(engine)
    mailing_id = story.plan(starts_at=now, ends_at=now + timedelta(hours=1))
    story.settle(mailing_id, [("sent", None)] * 5, at=now)
    for _ in range(2):
        assert entry.handler({"source": "manual"}, CONTEXT)["sent"].startswith("id")
    assert len(sent) == 2
    assert "отправлено: 5" in sent[1].text
