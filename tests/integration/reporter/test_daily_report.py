from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, create_engine, text, update

from notifications.contracts.enumerations import ReportLanguage
from notifications.database.tables import mailing
from notifications.providers import incidents
from notifications.statistics import daily_reports
from notifications.statistics.daily_figures import Figures, collect, day_before
from reporter.daily import Reporter, Send, make_report
from reporter.mail import Mail
from tests.support.mailings.scenario import NOW, MailingScenario

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = date(2026, 11, 22)


def reporter(engine: Engine, send: Send) -> Reporter:
    return Reporter(engine=engine, zone=MOSCOW, language=ReportLanguage.EN, admin_url="", send=send)


def figures(engine: Engine, day: date = DAY) -> Figures:
    with engine.connect() as connection:
        return collect(connection, day, MOSCOW)


def test_the_previous_day_depends_on_the_time_zone() -> None:
    assert day_before(datetime(2026, 11, 22, 20, 59, tzinfo=UTC), MOSCOW) == date(2026, 11, 21)
    assert day_before(datetime(2026, 11, 22, 21, 0, tzinfo=UTC), MOSCOW) == date(2026, 11, 22)


def test_each_message_counts_in_its_own_day(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 2, at=datetime(2026, 11, 22, 20, 59, tzinfo=UTC))
    mailing_scenario.record_outcomes(
        mailing_id, [("sent", None), ("failed", "no")], at=datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
    )
    first, second = figures(engine), figures(engine, DAY + timedelta(days=1))
    assert (first.ended["sent"], first.ended["failed"]) == (2, 0)
    assert (second.ended["sent"], second.ended["failed"]) == (1, 1)
    assert second.ended_before == first.ended
    assert (second.waiting, second.mailings[0].waiting, second.mailings[0].total) == (1, 1, 5)
    assert [tuple(row) for row in second.errors] == [("no", 1)]


def test_a_stalled_mailing_is_reported(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_scenario.plan()
    found = figures(engine)
    assert [(each.total, each.waiting, sum(each.ended.values())) for each in found.mailings] == [(5, 5, 0)]
    assert figures(engine, DAY - timedelta(days=1)).mailings == []


def test_messages_of_a_deleted_mailing_count(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 5)
    with engine.begin() as connection:
        connection.execute(update(mailing).values(deleted_at=NOW))
    assert figures(engine).ended["sent"] == 5
    assert len(figures(engine).mailings) == 1


def test_waiting_for_the_mailings_own_rate_is_no_delay(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan(max_rate=1)
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 5, at=NOW + timedelta(minutes=5))
    assert figures(engine).delays.share_in_time is None


def test_incidents_of_the_day_are_shown_in_local_time(engine: Engine) -> None:
    with engine.begin() as connection:
        incidents.begin(connection, "http", reason="HTTP 503", now=NOW - timedelta(days=2))
        incidents.end(connection, "http", now=NOW - timedelta(days=1, hours=20))
        incidents.begin(connection, "http", reason="HTTP 502", now=NOW)
    (incident,) = figures(engine).incidents
    assert (f"{incident.opened_at:%H:%M}", incident.closed_at, incident.reason) == ("15:30", None, "HTTP 502")
    assert len(figures(engine, DAY - timedelta(days=2)).incidents) == 1
    assert figures(engine, DAY - timedelta(days=3)).incidents == []


def test_a_day_is_reported_once(engine: Engine) -> None:
    sent: list[Mail] = []

    def send(mail: Mail) -> str:
        sent.append(mail)
        return "id"

    assert reporter(engine, send).report_once(DAY) == "id"
    assert reporter(engine, send).report_once(DAY) is None
    (mail,) = sent
    with engine.connect() as connection:
        kept = daily_reports.get(connection, DAY)
    assert (kept.subject, kept.text, kept.html) == (mail.subject, mail.text, mail.html)


def test_two_runs_at_once_send_one_mail(engine: Engine) -> None:
    sent = []
    pool = ThreadPoolExecutor(2)

    def send(_: Mail) -> str:
        sent.append(pool.submit(reporter(second, send).report_once, DAY))
        return "id"

    second = create_engine(engine.url)
    assert reporter(engine, send).report_once(DAY) == "id"
    assert [each.result(timeout=30) for each in sent] == [None]
    second.dispose()


def test_a_failed_mail_is_retried(engine: Engine) -> None:
    def refuse(_: Mail) -> str:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        reporter(engine, refuse).report_once(DAY)
    assert reporter(engine, lambda _: "id").report_once(DAY) == "id"


def test_differences_are_logged_and_reported(
    engine: Engine, mailing_scenario: MailingScenario, reconciled: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    mailing_scenario.plan()
    reconciled()
    with engine.begin() as connection:
        connection.execute(text("UPDATE mailing_count SET n = n + 1"))
        report = make_report(connection, DAY, MOSCOW, admin_url="")
    assert [str(each) for each in report.reconciliation.differences] == [
        "mailing 1, status pending: 5 rows, 6 counted"
    ]  # fmt: skip
    assert "running count differs" in caplog.messages
