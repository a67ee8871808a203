"""Cost of statistics at 10,000 and at 10,000,000 messages: `python -m benchmarks.measurements.statistics [SIZE ...]`.

Fills a PostgreSQL of its own with one mailing of each size, two fifths of it sent, and reads it as the API and the
report do, with the pages of messages: the first, one by a status of a fifth, and one by a status without messages.
"""

import statistics as numbers
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine, insert, text

from benchmarks.harness.postgres import empty_database
from benchmarks.harness.results import Limit, Results
from notifications.database.engine import autocommitting
from notifications.database.tables import mailing
from notifications.mailings import repository as mailings
from notifications.messages import history
from notifications.statistics import daily_figures, mailing_statistics

SIZES = (10_000, 10_000_000)
REPEATS, ROUNDS = 20, 15
PAGE = 50
AT_MOST_MS = 50
FLAT = 1.3
# Rows of one statement, few enough for the statement's time limit.
CHUNK = 200_000

type Calls = Mapping[str, Callable[[], object]]

# Plain SQL, since planning and sending millions is another benchmark. Triggers count the rows.
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
    """Make a mailing of each size, measure them alternately, and report."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    now = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    results = Results("statistics")
    with empty_database() as engine:
        ids = [make(engine, size, now) for size in sizes]
        with engine.connect() as connection:
            times = in_turns([calls(connection, each, now) for each in ids])
            report_ms = milliseconds(lambda: daily_figures.collect(connection, now.date(), UTC))
    for size, found in zip(sizes, times, strict=True):
        results.add(messages=size, **found)
    results.add(messages="report of the day", report_ms=report_ms)
    slowest = max(report_ms, *times[-1].values())
    results.limits.append(Limit("slowest at the largest size, ms", slowest, at_most=AT_MOST_MS))
    grown = max(times[-1][name] / few for name, few in times[0].items())
    results.limits.append(Limit("most growth, largest / smallest size", grown, at_most=FLAT))
    results.report()


def in_turns(sizes: Sequence[Calls]) -> Sequence[Mapping[str, float]]:
    """Return the median milliseconds of each call at each size, measured alternately as the machine's speed varies."""
    times: list[dict[str, list[float]]] = [{name: [] for name in each} for each in sizes]
    for _ in range(ROUNDS):
        for each, found in zip(sizes, times, strict=True):
            for name, call in each.items():
                found[name].append(milliseconds(call))
    return [{name: numbers.median(found) for name, found in each.items()} for each in times]


def make(engine: Engine, size: int, now: datetime) -> int:
    """Insert a running mailing with `size` messages, and return its id."""
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
    with autocommitting(engine).connect() as connection:
        connection.execute(text("ANALYZE"))
    return mailing_id


def calls(connection: Connection, mailing_id: int, now: datetime) -> Calls:
    """Return the measured calls of a mailing by name: the counts in a list, its detail, its pages."""
    row = mailings.get(connection, mailing_id)
    page = partial(history.page, connection, mailing_id, order=history.ORDERS["id"], after=None, limit=PAGE)
    return {
        "list_ms": lambda: mailings.stats(connection, [mailing_id]),
        "detail_ms": lambda: mailing_statistics.detail(
            connection, row, now=now + timedelta(hours=5), requires_consent=False
        ),
        "page_ms": page,
        "page_of_many_ms": partial(page, status="failed"),
        "page_of_none_ms": partial(page, status="unknown"),
    }


def milliseconds(call: Callable[[], object]) -> float:
    """Return the median milliseconds of a call."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return numbers.median(times)


if __name__ == "__main__":
    main()
