"""Three mailings of very different size share the senders: `python -m benchmarks.measurements.fairness [CLIENTS]`.

A mailing to a million clients runs. Ten seconds later one to 10,000 starts, and after another ten seconds one to 100.
The dispatcher is invoked at each start, as by the API, and each tick runs as long as there is work. The queue is first
in, first out, and a fake sender takes a fixed number of messages a second. Each runs in its own process.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from sqlalchemy import Engine, text

from benchmarks.harness.audience import add_clients, add_mailing
from benchmarks.harness.fast_aws import client, fast_sqs
from benchmarks.harness.postgres import empty_database, settle_down
from benchmarks.harness.results import Limit, Results
from dispatcher.bootstrap import WAIT_SECONDS
from dispatcher.sqs_queue import CONNECTIONS, Queue
from dispatcher.tick import tick
from notifications import message_state
from notifications.contracts.enumerations import OutcomeStatus
from notifications.contracts.observability import logger, metrics
from notifications.database import engine as database
from notifications.database import sessions
from notifications.database.dispatcher_runs import Waiting
from notifications.message_state import Outcome

CLIENTS = 1_000_000
SENDER_RATE = 500
APART_SECONDS = 10
LASTS_SECONDS = 100
SMALL_WITHIN_SECONDS = 15
# Operator codes of the first clients by id.
AUDIENCES = {"large": (), "middle": ("000",), "small": ("001",)}
_OPERATORS = """
    UPDATE client SET operator_code = CASE WHEN id <= 10000 THEN '000' ELSE '001' END WHERE id <= 10100
"""
_SENT = """
    SELECT count(*) AS n, extract(epoch FROM min(sent_at)) AS first, extract(epoch FROM max(sent_at)) AS last
    FROM message WHERE mailing_id = :id AND status = 'sent'
"""


def send(database_url: str, queue_url: str) -> None:
    """Receive messages at the rate and record them as sent, endlessly."""
    engine, sqs = database.engine(database_url, sessions.SENDER), client(queue_url, 1)
    turn = time.monotonic()
    while True:
        turn = max(turn + 50 / SENDER_RATE, time.monotonic() - 1)
        time.sleep(max(0.0, turn - time.monotonic()))
        records = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=50).get("Messages", [])
        ids, now = [json.loads(record["Body"])["message_id"] for record in records], datetime.now(UTC)
        with engine.begin() as connection:
            claimed = message_state.claim(
                connection, dict.fromkeys(ids, "fake"), configured=["fake"], now=now, requires_consent=False
            )
            outcomes = [Outcome(id=each.id, claim=each.claim, status=OutcomeStatus.SENT) for each in claimed]
            message_state.record_outcomes(connection, outcomes, now=now)


def dispatch(database_url: str, queue_url: str, until: datetime) -> None:
    """Run one tick."""
    logger.setLevel("WARNING")
    metrics.namespace = "benchmark"
    queue = Queue(client(queue_url, CONNECTIONS), queue_url)
    engine = database.engine(database_url, sessions.DISPATCHER)
    waiting = Waiting(
        engine=engine,
        clock=lambda: datetime.now(UTC),
        run="tick",
        is_scheduled=True,
        sleep=lambda: time.sleep(WAIT_SECONDS),
    )
    tick(engine, queue, clock=lambda: datetime.now(UTC), until=until, waiting=waiting)


@contextmanager
def processes() -> Iterator[list[BaseProcess]]:
    """Yield a list of processes that are ended after the block."""
    started: list[BaseProcess] = []
    try:
        yield started
    finally:
        for each in started:
            each.terminate()
            each.join()


def run(engine: Engine, database_url: str, queue_url: str) -> dict[str, tuple[int, datetime]]:
    """Start one mailing after the other, and return their ids and start times by name."""
    spawn = get_context("spawn")
    until = datetime.now(UTC) + timedelta(seconds=LASTS_SECONDS)
    began = {}
    with processes() as started:
        started.append(spawn.Process(target=send, args=(database_url, queue_url)))
        started[0].start()
        for name, operator_codes in AUDIENCES.items():
            now = datetime.now(UTC)
            began[name] = add_mailing(engine, starts_at=now, operator_codes=operator_codes), now
            started.append(spawn.Process(target=dispatch, args=(database_url, queue_url, until)))
            started[-1].start()
            time.sleep(APART_SECONDS)
        time.sleep((until - datetime.now(UTC)).total_seconds())
    return began


def main() -> None:
    """Measure and report."""
    clients = int(sys.argv[1]) if sys.argv[1:] else CLIENTS
    results = Results("fairness")
    with empty_database(sessions.DISPATCHER) as engine, fast_sqs(CONNECTIONS) as (_, queue_url):
        add_clients(engine, clients)
        with engine.begin() as connection:
            connection.execute(text(_OPERATORS))
        settle_down(engine)
        database_url = engine.url.update_query_dict({"sslmode": "disable"}).render_as_string(hide_password=False)
        for name, (mailing_id, began) in run(engine, database_url, queue_url).items():
            with engine.connect() as connection:
                sent = connection.execute(text(_SENT), {"id": mailing_id}).one()
            first, last = (float(each) - began.timestamp() for each in (sent.first, sent.last))
            results.add(mailing=name, sent=sent.n, first_sent_after_s=first, last_sent_after_s=last)
    results.limits.append(Limit("the small one is done after, s", last, at_most=SMALL_WITHIN_SECONDS))
    results.report()


if __name__ == "__main__":
    main()
