from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from notifications.contracts.enumerations import ReportLanguage
from reporter.handler import Handler
from reporter.mail import Mail
from tests.support.functions.gateway import Context
from tests.support.functions.handlers import reporter_over
from tests.support.mailings.scenario import MailingScenario

# In Moscow it is two hours past midnight.
NOW = datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.fixture
def sent() -> list[Mail]:
    return []


@pytest.fixture
def handler(engine: Engine, sent: list[Mail]) -> Handler:
    def send(mail: Mail) -> str:
        sent.append(mail)
        return f"id {len(sent)}"

    return reporter_over(engine, send, language=ReportLanguage.RU, now=lambda: NOW)


def test_the_report_of_the_previous_day_is_sent_once(handler: Handler, sent: list[Mail]) -> None:
    first, second = (handler({}, Context()) for _ in range(2))
    assert (first, second) == ({"day": "2026-11-22", "sent": "id 1"}, {"day": "2026-11-22", "sent": "before"})
    assert [mail.text.count("рассылок не было") for mail in sent] == [1]


def test_a_manual_report_of_today_is_sent_every_time(engine: Engine, handler: Handler, sent: list[Mail]) -> None:
    mailing_scenario = MailingScenario(engine)
    mailing_id = mailing_scenario.plan(starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 5, at=NOW)
    for _ in range(2):
        answer = handler({"source": "manual"}, Context())
        assert answer["day"] == "2026-11-23"
        assert answer["sent"].startswith("id")
    assert len(sent) == 2
    assert "отправлено: 5" in sent[1].text
