"""The operator whose delivery rate falls is found, logged and measured."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools.metrics import MetricUnit
from sqlalchemy import Engine, insert, text

from notifications.contracts.metrics import Metric
from notifications.contracts.observability import metrics
from notifications.database.tables import operator_delivery
from notifications.statistics import operator_deliveries
from notifications.statistics.operator_deliveries import OperatorFall
from tests.support.mailings.receipts import receive
from tests.support.mailings.scenario import NOW, MailingScenario

HOUR = NOW.replace(minute=0)
YESTERDAY = HOUR - timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_metrics() -> Any:
    metrics.clear_metrics()
    yield
    metrics.clear_metrics()


def count(engine: Engine, hour: datetime, operator_code: str, states: Mapping[str, int]) -> None:
    # Spread over two shards, of which one is negative.
    rows = [
        {"hour": hour, "operator_code": operator_code, "state": state, "shard": shard, "n": part}
        for state, n in states.items()
        for shard, part in enumerate((n + 5, -5))
    ]
    with engine.begin() as connection:
        connection.execute(insert(operator_delivery), rows)


def worst(engine: Engine) -> OperatorFall | None:
    with engine.connect() as connection:
        return operator_deliveries.find_worst(connection, now=NOW)


def emitted() -> list[float]:
    found = metrics.metric_set.get(Metric.DELIVERY_RATE_FALL)
    assert found is None or found["Unit"] == MetricUnit.Percent.value
    return [] if found is None else list(found["Value"])


def fill(engine: Engine) -> None:
    """Count receipts of an operator that is always bad, one that falls, and one with too few messages."""
    for hour in (YESTERDAY, HOUR - timedelta(hours=1)):
        count(engine, hour, "901", {"delivered": 120, "undeliverable": 80})
        count(engine, hour, "902", {"delivered": 3, "undeliverable": 90 if hour == YESTERDAY else 3})
    count(engine, YESTERDAY, "903", {"delivered": 190, "undeliverable": 10, "unconfirmed": 200})
    count(engine, HOUR - timedelta(hours=1), "903", {"delivered": 100, "undeliverable": 50, "delayed": 50})


def test_the_operator_that_falls_most_is_found(engine: Engine) -> None:
    assert worst(engine) is None
    fill(engine)
    assert worst(engine) == OperatorFall("903", messages=200, share=25.0, share_before=5.0)


def test_a_fall_is_a_metric_and_a_line_with_the_operator_code(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    fill(engine)
    operator_deliveries.watch(engine, now=NOW)
    assert emitted() == [20.0]
    (line,) = [each for each in caplog.records if "delivers fewer" in each.message]
    assert vars(line)["operator_code"] == "903"


def test_an_operator_that_is_as_bad_as_ever_is_no_fall(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    for hour in (YESTERDAY, HOUR):
        count(engine, hour, "901", {"delivered": 120, "undeliverable": 80})
    operator_deliveries.watch(engine, now=NOW)
    assert emitted() == [0.0]
    assert caplog.messages == []


@pytest.mark.parametrize("hour", [YESTERDAY, HOUR])
def test_an_operator_without_messages_before_or_now_is_left_out(engine: Engine, hour: datetime) -> None:
    count(engine, hour, "903", {"undeliverable": 500})
    operator_deliveries.watch(engine, now=NOW)
    assert emitted() == []


def test_counts_of_hours_that_are_no_longer_compared_are_deleted(engine: Engine) -> None:
    count(engine, HOUR - timedelta(days=7, hours=7), "901", {"delivered": 5})
    count(engine, HOUR, "901", {"delivered": 5})
    operator_deliveries.watch(engine, now=NOW)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(DISTINCT hour) FROM operator_delivery")) == 1


def test_receipts_move_the_counts_of_their_operator_and_hour(engine: Engine, mailing_scenario: MailingScenario) -> None:
    mailing_id = mailing_scenario.plan()
    mailing_scenario.record_outcomes(mailing_id, [("sent", None)] * 5)
    with engine.connect() as connection:
        codes: dict[int, str] = dict(connection.execute(text("SELECT id, operator_code FROM message")).all())
    receive(engine, dict.fromkeys(codes, "undeliverable"), at=NOW + timedelta(hours=3))
    receive(engine, {each: "delivered" for each, code in codes.items() if code == "926"}, at=NOW)
    query = """
        SELECT hour, operator_code, state, sum(n) FROM operator_delivery
        GROUP BY hour, operator_code, state HAVING sum(n) <> 0 ORDER BY operator_code
    """
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(text(query))] == [
            (HOUR, "903", "undeliverable", 3),
            (HOUR, "926", "delivered", 2),
        ]
