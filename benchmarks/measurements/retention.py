"""Retention beside sending: `python -m benchmarks.measurements.retention [MESSAGES]`.

The job removes messages of old mailings, each with an attempt and a text. A sender works in turns alone and beside it,
while the job has the share of the time that jobs have when mailings are released; then the job goes on alone to its
end. The provider accepts everything at once, so that nothing but the database is shared.
"""

import asyncio
import multiprocessing
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from multiprocessing.synchronize import Event as EventType

from sqlalchemy import URL, Engine, create_engine, text

from benchmarks.harness.postgres import empty_database, settle_down
from benchmarks.harness.results import Limit, Results
from benchmarks.measurements.writes import AcceptsAll
from dispatcher.dispatch_loop import JOB_SHARE
from notifications.contracts.observability import logger, metrics
from notifications.database import sessions
from notifications.jobs import runner
from notifications.jobs.retention import daily, work
from notifications.jobs.retention.periods import RetentionSettings
from sender.delivery import Sender
from tests.support.sender.scenario import SenderScenario

MESSAGES = 1_000_000
CHUNK = 200_000
MAILINGS = 10
BATCH = 10
TURNS, TURN_SECONDS = 6, 5
# More than a sender delivers in all turns.
SENT_AT_MOST = 200_000
# The job has a fifth of the time.
AT_LEAST = 0.8

_MAILINGS = text("""
    INSERT INTO mailing (text, starts_at, ends_at, status, planned_at, finished_at)
    SELECT 'Hello', old - interval '1 day', old, 'finished', old, old
    FROM (VALUES (now() - interval '400 days')) AS given (old) CROSS JOIN generate_series(1, :mailings)
""")
_LEFT = text("""
    SELECT (SELECT count(*) FROM message WHERE id <= :last) + (SELECT count(*) FROM attempt WHERE message_id <= :last)
         + (SELECT count(*) FROM sent_text WHERE message_id <= :last)
""")
# Without triggers: the counts of the old mailings do not matter.
_OLD = """
    SET LOCAL session_replication_role = replica;
    INSERT INTO message (mailing_id, client_id, status, since, schedule_version, claim, sent_at)
    SELECT 1 + mod(n, {mailings}), n, 'sent', now() - interval '400 days', 1, 1, now() - interval '400 days'
    FROM generate_series({first}, {last}) AS n;
    INSERT INTO attempt (message_id, claim, at, calls, outcome)
    SELECT id, 1, since, 1, 'sent' FROM message WHERE id BETWEEN {first} AND {last};
    INSERT INTO sent_text (message_id, text)
    SELECT id, 'Hello, this is a text of usual length' FROM message WHERE id BETWEEN {first} AND {last};
"""


def do_chunk(engine: Engine) -> float | None:
    """Do a chunk of the job. Return its seconds, claim and commit included; None if the job has ended."""
    began = time.perf_counter()
    job = runner.run_next(engine, work.KINDS, now=datetime.now(UTC))
    return time.perf_counter() - began if job is not None else None


def do_chunks(url: URL, stop: EventType) -> None:
    """Do chunks with the share of the time that jobs have while mailings are released."""
    engine = create_engine(url)
    while not stop.is_set() and (took := do_chunk(engine)) is not None:
        stop.wait(took / JOB_SHARE - took)
    engine.dispose()


@contextmanager
def retention_at_work(url: URL) -> Iterator[None]:
    """Run the job in a process of its own during the block."""
    stop = multiprocessing.Event()
    process = multiprocessing.Process(target=do_chunks, args=(url, stop))
    process.start()
    yield
    stop.set()
    process.join()


def add_old_messages(engine: Engine, number: int) -> None:
    """Insert messages of finished mailings that retention will remove."""
    with engine.begin() as connection:
        connection.execute(_MAILINGS, {"mailings": MAILINGS})
    for first in range(1, number + 1, CHUNK):
        values = {"first": first, "last": min(first + CHUNK - 1, number), "mailings": MAILINGS}
        with engine.begin() as connection:
            connection.exec_driver_sql(_OLD.format(**values))


def send_for(sender: Sender, batches: Iterator[Sequence[int]], seconds: float) -> float:
    """Send batches for some time, and return the messages a second."""

    async def run() -> float:
        began, sent = time.perf_counter(), 0
        while time.perf_counter() < began + seconds:
            sent += len(await sender.deliver(next(batches)))
            metrics.clear_metrics()
        return sent / (time.perf_counter() - began)

    return asyncio.run(run())


def in_turns(sender: Sender, ids: Sequence[int], url: URL) -> tuple[float, float]:
    """Return the median speed of a sender alone, and while retention works."""
    batches, alone, beside = iter(batched(ids, BATCH, strict=False)), [], []
    send_for(sender, batches, TURN_SECONDS)
    for _ in range(TURNS):
        alone.append(send_for(sender, batches, TURN_SECONDS))
        with retention_at_work(url):
            beside.append(send_for(sender, batches, TURN_SECONDS))
    return statistics.median(alone), statistics.median(beside)


def main() -> None:
    """Measure and report."""
    logger.setLevel("WARNING")
    messages = int(sys.argv[1]) if sys.argv[1:] else MESSAGES
    results = Results("retention")
    with empty_database(sessions.SENDER) as engine:
        add_old_messages(engine, messages)
        ids = SenderScenario(engine, now=datetime.now(UTC)).fill(SENT_AT_MOST)
        settle_down(engine)
        with engine.begin() as connection:
            daily.start(connection, RetentionSettings().retention_days(), now=datetime.now(UTC))
        sender = Sender(erasure_key=bytes, engine=engine, provider=AcceptsAll(), clock=lambda: datetime.now(UTC))
        alone, beside = in_turns(sender, ids, engine.url)
        before, began = removed(engine), time.perf_counter()
        chunks = list(iter(partial(do_chunk, engine), None))
        per_second = (removed(engine) - before) / (time.perf_counter() - began)
        results.add(
            messages=messages,
            sent_alone_per_s=alone,
            sent_beside_per_s=beside,
            removed_rows_per_s=per_second,
            chunk_median_ms=statistics.median(chunks) * 1000,
            chunk_longest_ms=max(chunks) * 1000,
        )
        remaining = left(engine, messages)
    results.limits += [
        Limit("share of the speed that a sender keeps", beside / alone, at_least=AT_LEAST),
        Limit("old rows left", remaining, at_most=0),
    ]
    results.report()


def removed(engine: Engine) -> int:
    """Return the number of rows that the job has removed."""
    with engine.connect() as connection:
        job = daily.latest(connection)
    return job.done if job else 0


def left(engine: Engine, messages: int) -> int:
    """Return the number of old rows that are left."""
    with engine.connect() as connection:
        return int(connection.execute(_LEFT, {"last": messages}).scalar_one())


if __name__ == "__main__":
    main()
