"""Deliveries in the statistics of a mailing follow the receipts, and need no rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, text

from notifications.mailings import repository as mailings
from notifications.statistics import delivery_statistics, mailing_statistics
from notifications.statistics.delivery_statistics import MailingDeliveries
from tests.support.mailings.receipts import receive
from tests.support.mailings.scenario import NOW, MailingScenario

type Check = Callable[[], None]

NONE = {"delivered": 0, "undeliverable": 0, "delayed": 0, "unconfirmed": 0, "without_receipt": 0, "delivery_rate": None}


def deliveries(engine: Engine, mailing_id: int) -> MailingDeliveries:
    with engine.connect() as connection:
        row = mailings.get(connection, mailing_id)
        return mailing_statistics.detail(connection, row, now=NOW, requires_consent=False).deliveries


def ids(engine: Engine, operator_code: str) -> list[int]:
    query = text("SELECT id FROM message WHERE operator_code = :code AND status = 'sent' ORDER BY id")
    with engine.connect() as connection:
        return list(connection.execute(query, {"code": operator_code}).scalars())


def test_deliveries_by_operator_code_provider_and_hour(
    engine: Engine, mailing_scenario: MailingScenario, reconciled: Check
) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 3)
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 2, at=NOW + timedelta(hours=1))
    good, (bad, late, silent) = ids(engine, "926"), ids(engine, "903")
    receive(engine, dict.fromkeys(good, "delivered"), at=NOW)
    receive(engine, {bad: "undeliverable", late: "delayed"}, at=NOW, provider="sns")
    found = deliveries(engine, mailing_id)
    assert found.total == NONE | {
        "delivered": 2, "undeliverable": 1, "delayed": 1, "without_receipt": 1, "delivery_rate": 0.4
    }  # fmt: skip
    assert found.by_operator_code == [
        NONE | {"operator_code": "903", "undeliverable": 1, "delayed": 1, "without_receipt": 1, "delivery_rate": 0.0},
        NONE | {"operator_code": "926", "delivered": 2, "delivery_rate": 1.0},
    ]
    assert [(each["provider"], each["delivered"], each["undeliverable"]) for each in found.by_provider] == [
        ("http", 2, 0),
        ("sns", 0, 1),
    ]
    hour = NOW.replace(minute=0)
    assert [each["hour"] for each in found.by_hour] == [hour, hour + timedelta(hours=1)]
    assert sum(each["delivered"] for each in found.by_hour) == 2
    assert sum(each["without_receipt"] for each in found.by_hour) == 1
    receive(engine, {silent: "delivered", late: "delivered"}, at=NOW + timedelta(days=1))
    assert deliveries(engine, mailing_id).total == NONE | {"delivered": 4, "undeliverable": 1, "delivery_rate": 0.8}
    reconciled()


def test_without_receipts_there_is_no_rate(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    assert deliveries(engine, mailing_id).total == NONE
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)])
    assert deliveries(engine, mailing_id).total == NONE | {"without_receipt": 1}


def test_a_message_that_was_refused_and_delivered_makes_no_rate_above_one(
    engine: Engine, mailing_scenario: MailingScenario
) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None), ("failed", "refused")])
    with engine.connect() as connection:
        ended = connection.execute(text("SELECT id FROM message WHERE status IN ('sent', 'failed')")).scalars().all()
    receive(engine, dict.fromkeys(ended, "delivered"), at=NOW)
    assert deliveries(engine, mailing_id).total == NONE | {"delivered": 2, "delivery_rate": 1.0}


def test_the_rate_before_is_that_of_the_last_mailing_with_receipts(
    engine: Engine, mailing_scenario: MailingScenario
) -> None:
    first, silent, last = mailing_scenario.plan(), mailing_scenario.plan(), mailing_scenario.plan()
    mailing_scenario.record_outcomes(first, [("sent", None)] * 2)
    one, other = ids(engine, "926") or ids(engine, "903")
    receive(engine, {one: "delivered", other: "undeliverable"}, at=NOW)
    mailing_scenario.record_outcomes(silent, [("sent", None)])
    assert deliveries(engine, first).rate_before is None
    assert deliveries(engine, last).rate_before == 0.5


def test_totals_of_several_mailings(engine: Engine, mailing_scenario: MailingScenario) -> None:
    first, second = mailing_scenario.plan(), mailing_scenario.plan()
    mailing_scenario.record_outcomes(first, [("sent", None)])
    receive(engine, {ids(engine, "926")[0]: "delivered"}, at=NOW)
    with engine.connect() as connection:
        stats = mailings.stats(connection, [first, second])
        found: dict[int, dict[str, Any]] = delivery_statistics.totals(connection, stats)
    assert found == {first: NONE | {"delivered": 1, "delivery_rate": 1.0}, second: NONE}
