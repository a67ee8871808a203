"""Receipts a second of the endpoint and of the receiver: `python -m benchmarks.measurements.receipts [MESSAGES]`.

The endpoint checks the signature of 1,000 receipts and puts them onto a queue that costs nothing. Receivers are
processes of their own with a connection each, which apply batches of 1,000 receipts to messages of one mailing.
"""

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from multiprocessing import get_context
from typing import Any, cast

from sqlalchemy import Engine, text

from api.resources.receipts.queue import CallbackQueue
from benchmarks.harness.postgres import empty, empty_database, settle_down
from benchmarks.harness.results import Limit, Results
from notifications.contracts.enumerations import ReceiptState
from notifications.contracts.observability import logger
from notifications.database import engine as database
from notifications.database import sessions
from notifications.message_state.deliveries import Receipt
from notifications.message_state.deliveries.receipt_checks import Check
from notifications.messages.callbacks import queue_bodies, receipts
from receiver.receiving import CHUNK_SIZE, receive_records
from tests.support.functions.api import api_over
from tests.support.functions.replies import reply_rules
from tests.support.functions.signing import SECRET, signed
from tests.support.sender.scenario import NOW, SenderScenario

MESSAGES = 40_000
RECEIVERS = (1, 2, 4)
CALLS = 20
WAIT = timedelta(hours=72)


class Sqs:
    """A queue that accepts everything."""

    def send_message_batch(self, **_: Any) -> dict[str, Any]:
        """Return the answer of a batch that was accepted."""
        return {"Successful": []}


def call_endpoint(engine: Engine) -> float:
    """Return the receipts a second of one instance of the API, in calls of 1,000."""
    queue = CallbackQueue(cast("Any", Sqs()), "url")
    call = api_over(
        engine, now=lambda: NOW, receipt_secrets=[SECRET], enqueue_receipts=queue.send_receipts
    ).with_claims({})
    given = [{"id": each, "state": "delivered", "at": NOW.isoformat()} for each in range(1, CHUNK_SIZE + 1)]
    body = json.dumps({"receipts": given}).encode()
    headers = signed(body, at=NOW)
    assert call("POST", "receipt/http/", body.decode(), headers=headers).status == HTTPStatus.ACCEPTED
    began = time.perf_counter()
    for _ in range(CALLS):
        call("POST", "receipt/http/", body.decode(), headers=headers)
    return CALLS * CHUNK_SIZE / (time.perf_counter() - began)


def run_receiver(url: str, ids: Sequence[int], start: float) -> float:
    """Apply a receipt of each message, from a common start on. Return the time of the end."""
    logger.setLevel("CRITICAL")
    engine = database.engine(url, sessions.RECEIVER)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    batches = [_records(ids[first : first + CHUNK_SIZE]) for first in range(0, len(ids), CHUNK_SIZE)]
    time.sleep(max(0.0, start - time.time()))
    for batch in batches:
        assert receive_records(engine, batch, rules=reply_rules, now=datetime.now(UTC)) == []
    return time.time()


def _records(ids: Sequence[int]) -> list[dict[str, Any]]:
    given = [Receipt(provider="http", message_id=each, state=ReceiptState.DELIVERED, at=NOW) for each in ids]
    bodies = queue_bodies.write_receipts(given, max_bytes=25_000)
    return [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]


def receive(url: str, ids: Sequence[int], receivers: int) -> float:
    """Return the receipts a second that receivers apply together."""
    share = len(ids) // receivers
    start = time.time() + 5
    with ProcessPoolExecutor(receivers, mp_context=get_context("spawn")) as pool:
        running = [
            pool.submit(run_receiver, url, ids[number * share : (number + 1) * share], start)
            for number in range(receivers)
        ]
        return receivers * share / (max(each.result() for each in running) - start)


def check(engine: Engine) -> float:
    """Return the messages a second that are checked for missing receipts, and have none."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET status = 'finished', finished_at = :now"), {"now": NOW})
    settings = Check(provider="http", wait=WAIT)
    began = time.perf_counter()
    receipts.check_missing(engine, settings, now=NOW + WAIT)
    return settings.at_most / (time.perf_counter() - began)


def main() -> None:
    """Measure and report."""
    logger.setLevel("CRITICAL")
    messages, results = int(sys.argv[1]) if sys.argv[1:] else MESSAGES, Results("receipts")
    with empty_database(sessions.RECEIVER) as engine:
        endpoint = call_endpoint(engine)
        results.add(step="endpoint, one instance", receipts_a_second=round(endpoint))
        url, rates = engine.url.render_as_string(hide_password=False), dict[int, float]()
        for receivers in RECEIVERS:
            empty(engine)
            ids = SenderScenario(engine).fill(messages, status="sent")
            settle_down(engine)
            rates[receivers] = receive(url, ids, receivers)
            results.add(step=f"apply, connections: {receivers}", receipts_a_second=round(rates[receivers]))
        results.add(step="apply repeats, connections: 1", receipts_a_second=round(receive(url, ids, 1)))
        empty(engine)
        SenderScenario(engine).fill(messages, status="sent")
        settle_down(engine)
        results.add(step="mark as unconfirmed", receipts_a_second=round(check(engine)))
    results.limits += [
        Limit("receipts a second of an API instance", endpoint, at_least=2_000),
        Limit("receipts a second of one receiver", rates[1], at_least=2_000),
    ]
    results.report()


if __name__ == "__main__":
    main()
