"""What statistics cost at 5,000 and at 5,000,000 messages: `python -m benchmarks.statistics [SIZE ...]`.

Makes a PostgreSQL of its own, one mailing of each size, half of it sent, and reads it as the API and the report do.
"""

import statistics as numbers
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, insert, select, text

from benchmarks.postgres import empty_database
from benchmarks.results import Limit, Results
from notifications import mailings, statistics
from notifications.tables import mailing
from reporter import figures

SIZES = (5_000, 5_000_000)
REPEATS = 20
AT_MOST_MS = 50
# What is inserted by one statement, within a connection's patience.
CHUNK = 200_000

# By plain SQL, since planning and sending millions is another benchmark. The triggers count them as they come.
_MESSAGES = """
    INSERT INTO message (mailing_id, client_id, status, due_at, closes_at, sent_at, since, last_error,
                         schedule_version, timezone, operator_code)
    SELECT :mailing_id, i, status, :now, :ends_at,
           CASE status WHEN 'sent' THEN since END, since, CASE status WHEN 'failed' THEN 'HTTP 400' END,
           1, (ARRAY['Europe/Moscow', 'Asia/Omsk', 'Asia/Tomsk', 'Europe/Samara'])[1 + mod(i, 4)],
           CAST(900 + mod(i, 80) AS text)
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS i
    CROSS JOIN LATERAL (SELECT (ARRAY['pending', 'sent', 'pending', 'sent', 'failed'])[1 + mod(i, 5)]) AS a (status)
    CROSS JOIN LATERAL (SELECT CAST(:now AS timestamptz) + interval '1 second' * mod(i, 36000)) AS b (since)
"""
_COUNTS = """
    INSERT INTO mailing_count (mailing_id, status, shard, n)
    SELECT mailing_id, status, 0, count(*) FROM message WHERE mailing_id = :mailing_id GROUP BY mailing_id, status
"""


def main() -> None:
    """Measure one size after the other, and report."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    now = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    results = Results("statistics")
    with empty_database() as engine:
        for size in sizes:
            mailing_id = make(engine, size, now)
            with engine.connect() as connection:
                times = [milliseconds(each) for each in calls(connection, mailing_id, now)]
            results.add(messages=size, **dict(zip(("list_ms", "detail_ms", "report_ms"), times, strict=True)))
    results.limits.append(Limit("slowest at the largest size, ms", max(times), at_most=AT_MOST_MS))
    results.report()


def make(engine: Engine, size: int, now: datetime) -> int:
    """A running mailing with as many messages."""
    ends_at = now + timedelta(days=2)
    with engine.begin() as connection:
        values = {"text": "Hello", "starts_at": now, "ends_at": ends_at, "status": "running", "plan_until": size}
        new = insert(mailing).values(**values, planned_at=now).returning(mailing.c.id)
        mailing_id: int = connection.execute(new).scalar_one()
    key = {"mailing_id": mailing_id}
    for first in range(1, size + 1, CHUNK):
        with engine.begin() as connection:
            last = min(first + CHUNK - 1, size)
            connection.execute(
                text(_MESSAGES), {**key, "now": now, "ends_at": ends_at, "first": first, "last": last}
            )  # fmt: skip
    with engine.begin() as connection:
        connection.execute(text(_COUNTS), key)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return mailing_id


def calls(connection: Connection, mailing_id: int, now: datetime) -> list[Callable[[], object]]:
    """What is measured: the counts of a list, the detail of one mailing, the figures of the day's report."""
    row = connection.execute(select(mailing).where(mailing.c.id == mailing_id)).one()
    return [
        lambda: mailings.stats(connection, [mailing_id]),
        lambda: statistics.detail(connection, row, now=now + timedelta(hours=5)),
        lambda: figures.collect(connection, now.date(), UTC),
    ]


def milliseconds(call: Callable[[], object]) -> float:
    """The median time of a call."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return numbers.median(times)


if __name__ == "__main__":
    main()
