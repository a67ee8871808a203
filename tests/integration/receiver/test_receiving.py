"""The receiver applies batches on a real PostgreSQL: concurrent, repeated, unreadable and unknown ones."""

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from notifications.contracts.enumerations import ReceiptState
from notifications.contracts.observability import metrics
from notifications.message_state.deliveries import Receipt, early_receipts
from notifications.messages.callbacks import queue_bodies, receipts
from receiver.receiving import CHUNK_SIZE, receive_records
from tests.support.functions.replies import reply_rules
from tests.support.sender.scenario import SenderScenario

RECEIVERS = 4


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    return SenderScenario(engine)


@pytest.fixture(autouse=True)
def _emitted() -> Any:
    yield
    metrics.clear_metrics()


def receipt(message_id: int, state: str = "delivered", **values: Any) -> Receipt:
    given: dict[str, Any] = {"provider": "http", "at": datetime(2026, 11, 23, 10, tzinfo=UTC), **values}
    return Receipt(message_id=message_id, state=ReceiptState(state), **given)


def records(given: Sequence[Receipt], *, size: int = 100) -> list[dict[str, Any]]:
    chunks = [given[start : start + size] for start in range(0, len(given), size)]
    return [
        {"messageId": f"r{number}", "body": next(queue_bodies.write_receipts(chunk, max_bytes=2**20))}
        for number, chunk in enumerate(chunks)
    ]


def states(scenario: SenderScenario) -> Counter[str]:
    with scenario.engine.connect() as connection:
        return Counter(connection.execute(text("SELECT state FROM delivery")).scalars().all())


def counts(scenario: SenderScenario, kind: str = "mailing") -> dict[str, int]:
    query = text("SELECT state, sum(n) FROM mailing_delivery WHERE kind = :kind GROUP BY state HAVING sum(n) <> 0")
    with scenario.engine.connect() as connection:
        return {state: int(n) for state, n in connection.execute(query, {"kind": kind})}


def kept(scenario: SenderScenario) -> list[int]:
    with scenario.engine.connect() as connection:
        return list(connection.execute(text("SELECT message_id FROM early_receipt ORDER BY id")).scalars())


def test_more_receipts_than_a_transaction_takes_are_applied(scenario: SenderScenario) -> None:
    ids = scenario.fill(CHUNK_SIZE + 50, status="sent")
    assert (
        receive_records(scenario.engine, records([receipt(each) for each in ids]), rules=reply_rules, now=scenario.now)
        == []
    )
    assert states(scenario) == counts(scenario) == {"delivered": CHUNK_SIZE + 50}


def test_counts_equal_rows_after_concurrent_receivers(scenario: SenderScenario) -> None:
    ids = scenario.fill(60, status="sent")
    chance, barrier = random.Random(37), Barrier(RECEIVERS)
    given = [receipt(each, state) for each in ids for state in ("delayed", "undeliverable", "delivered") * 2]
    batches = [chance.sample(given, len(given)) for _ in range(RECEIVERS)]

    def receiving(batch: Sequence[Receipt]) -> None:
        own = create_engine(scenario.engine.url)
        barrier.wait()
        for start in range(0, len(batch), 40):
            assert (
                receive_records(own, records(batch[start : start + 40], size=10), rules=reply_rules, now=scenario.now)
                == []
            )
        own.dispose()

    with ThreadPoolExecutor(RECEIVERS) as pool:
        list(pool.map(receiving, batches))
    for kind in ("mailing", "operator_code", "provider", "hour"):
        assert states(scenario) == counts(scenario, kind) == {"delivered": 60}


def test_a_record_that_the_database_refuses_does_not_hold_up_the_others(scenario: SenderScenario) -> None:
    first, last = scenario.fill(2, status="sent")
    (poison,) = records([receipt(first, parts=70_000)])
    batch = [*records([receipt(last)]), poison | {"messageId": "poison"}]
    assert receive_records(scenario.engine, batch, rules=reply_rules, now=scenario.now) == ["poison"]
    assert states(scenario) == counts(scenario) == {"delivered": 1}


@pytest.mark.parametrize(
    "body",
    ["", "{}", '{"replies": []}', "[]", '{"receipts": [{"provider": "http"}]}', '{"calls": [1]}', "null", "\x00"],
)
def test_a_record_that_cannot_be_read_is_given_back(scenario: SenderScenario, body: str) -> None:
    (only,) = scenario.fill(1, status="sent")
    batch = [{"messageId": "odd", "body": body}, *records([receipt(only)])]
    assert receive_records(scenario.engine, batch, rules=reply_rules, now=scenario.now) == ["odd"]
    assert states(scenario) == {"delivered": 1}


def test_a_database_that_is_down_gives_the_batch_back() -> None:
    nowhere = create_engine("postgresql+psycopg://postgres@127.0.0.1:1/x")
    with pytest.raises(OperationalError):
        receive_records(nowhere, records([receipt(1)]), rules=reply_rules, now=datetime.now(UTC))


def test_early_receipts_are_applied_when_their_message_is_known(scenario: SenderScenario) -> None:
    batch = records([receipt(1, "delayed"), receipt(1), receipt(1), receipt(404)])
    for _ in range(2):
        assert receive_records(scenario.engine, batch, rules=reply_rules, now=scenario.now) == []
    assert kept(scenario) == [1, 1, 404]
    receipts.apply_kept(scenario.engine, now=scenario.now, at_most=100)
    assert kept(scenario) == [1, 1, 404]
    assert scenario.fill(1, status="sent") == [1]
    receipts.apply_kept(scenario.engine, now=scenario.now, at_most=100)
    assert (kept(scenario), states(scenario), counts(scenario)) == ([404], {"delivered": 1}, {"delivered": 1})


def test_early_receipts_are_dropped_after_a_day(scenario: SenderScenario) -> None:
    receive_records(scenario.engine, records([receipt(404), receipt(405)]), rules=reply_rules, now=scenario.now)
    for later, left in ((timedelta(0), 2), (timedelta(seconds=1), 1), (timedelta(seconds=1), 0)):
        receipts.apply_kept(scenario.engine, now=scenario.now + early_receipts.KEPT + later, at_most=1)
        assert len(kept(scenario)) == left


def test_the_longest_receipt_can_be_kept(scenario: SenderScenario) -> None:
    chance = random.Random(37)
    long = "".join(chr(chance.randrange(0x1F300, 0x1F900)) for _ in range(500))
    given = receipt(2**63 - 1, code=long[:100], words=long[100:], part=255, parts=255)
    assert receive_records(scenario.engine, records([given]), rules=reply_rules, now=scenario.now) == []
    assert kept(scenario) == [2**63 - 1]
