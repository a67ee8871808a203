from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select, update

from notifications import message_state
from notifications.contracts.enumerations import RetriedStatus
from notifications.database.tables import client, mailing, message
from notifications.mailings import repository as mailings
from notifications.statistics import mailing_statistics
from notifications.statistics.mailing_statistics import Detail
from tests.support.mailings.scenario import NOW, MailingScenario

type Check = Callable[[], None]


def detail(engine: Engine, mailing_id: int, *, now: datetime = NOW) -> Detail:
    with engine.connect() as connection:
        return mailing_statistics.detail(
            connection, mailings.get(connection, mailing_id), now=now, requires_consent=False
        )


def without_zeros(counts: dict[str, Any]) -> dict[str, Any]:
    return {name: n for name, n in counts.items() if n != 0}


def test_counts_by_hour_zone_and_operator_code(
    engine: Engine, mailing_scenario: MailingScenario, reconciled: Check
) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None), ("sent", None), ("failed", "no such number")])
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)], at=NOW + timedelta(hours=1))
    found = detail(engine, mailing_id)
    hour = NOW.replace(minute=0)
    assert [without_zeros(each) for each in found.by_hour] == [
        {"hour": hour, "sent": 2, "failed": 1},
        {"hour": hour + timedelta(hours=1), "sent": 1},
    ]
    assert sum(each["total"] for each in found.by_timezone) == 5
    assert sum(each["open"] for each in found.by_operator_code) == 1
    assert sum(each["sent"] for each in found.by_operator_code) == 3
    assert [(row.error, row.count) for row in found.errors] == [("no such number", 1)]
    reconciled()


def test_a_retried_message_leaves_the_hour_in_which_it_failed(
    engine: Engine, mailing_scenario: MailingScenario, reconciled: Check
) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("failed", "busy")] * 5)
    later = NOW + timedelta(hours=3)
    with engine.begin() as connection:
        ids = connection.execute(select(message.c.id)).scalars().all()
        message_state.retry(connection, mailing_id, [RetriedStatus.FAILED], ids, now=later)
        connection.execute(update(mailing).values(status="running", finished_at=None))
    found = detail(engine, mailing_id)
    assert found.by_hour == []
    assert {each["open"] for each in found.by_operator_code} == {2, 3}
    assert [(row.error, row.count) for row in found.errors] == [("busy", 5)]
    reconciled()


def test_errors_of_deferred_messages_count_until_they_are_sent(
    engine: Engine, mailing_scenario: MailingScenario, reconciled: Check
) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("pending", "HTTP 503")] * 5)
    assert [(row.error, row.count) for row in detail(engine, mailing_id).errors] == [("HTTP 503", 5)]
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 4, at=NOW + timedelta(minutes=1))
    assert [(row.error, row.count) for row in detail(engine, mailing_id).errors] == [("HTTP 503", 1)]
    reconciled()


def test_groups_use_the_clients_values_at_planning(
    engine: Engine, mailing_scenario: MailingScenario, reconciled: Check
) -> None:
    mailing_id = mailing_scenario.plan()
    with engine.begin() as connection:
        connection.execute(update(client).where(client.c.operator_code == "926").values(operator_code="999"))
        message_state.cancel_for_clients(connection, [3], now=NOW)
        connection.execute(delete(client).where(client.c.id == 3))
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 4)
    codes = {each["operator_code"]: without_zeros(each) for each in detail(engine, mailing_id).by_operator_code}
    assert codes["926"] == {"operator_code": "926", "total": 2, "sent": 2}
    assert codes["903"] == {"operator_code": "903", "total": 3, "sent": 2, "cancelled": 1}
    reconciled()


def test_unreachable_messages_are_counted_at_planning(
    engine: Engine, mailing_scenario: MailingScenario, reconciled: Check
) -> None:
    mailing_id = mailing_scenario.plan(
        window_start=time(10), window_end=time(11), ends_at=NOW + timedelta(hours=1)
    )  # fmt: skip
    assert [without_zeros(each) for each in detail(engine, mailing_id).by_hour] == [
        {"hour": NOW.replace(minute=0), "expired": 5}
    ]
    reconciled()


def test_delays_are_counted_by_bucket(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 3, at=NOW + timedelta(milliseconds=999))
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)], at=NOW + timedelta(seconds=9))
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)], at=NOW + timedelta(days=1, seconds=1))
    found = detail(engine, mailing_id).delays
    assert found.by_bound == {1: 3, 10: 1, 2**31 - 1: 1}
    assert found.share_in_time == 0.8
    assert (found.percentile(0.6), found.percentile(0.8)) == (1, 10)


def test_the_rate_is_measured_over_the_last_minutes(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 2)
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 2, at=NOW + timedelta(minutes=3))
    after = NOW + timedelta(minutes=3, seconds=1)
    assert detail(engine, mailing_id, now=after).rate_per_second == 2.0
    much_later = NOW + timedelta(minutes=4, seconds=30)
    assert detail(engine, mailing_id, now=much_later).rate_per_second == round(2 / 90, 1)
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)], at=NOW + timedelta(minutes=10))
    assert detail(engine, mailing_id).rate_per_second == 0.0


def test_a_forecast_uses_the_rate_observed_since_sending_began(
    engine: Engine, mailing_scenario: MailingScenario
) -> None:
    mailing_id = mailing_scenario.plan(max_rate=1000)
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 4)
    now = NOW + timedelta(seconds=10)
    found = detail(engine, mailing_id, now=now)
    assert found.rate_per_second == 0.4
    assert found.forecast.finishes_at == now + timedelta(seconds=2.5)
