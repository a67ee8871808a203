"""Cost of planning a mailing: `python -m benchmarks.measurements.plan [CLIENTS]`.

The dispatcher's planning, chunk by chunk as in a tick, against one bare INSERT ... SELECT of the same rows into the
same table with the same indexes and triggers. They run alternately, and the medians are compared.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from benchmarks.harness.audience import add_clients, add_mailing
from benchmarks.harness.postgres import empty_database, settle_down
from benchmarks.harness.results import Limit, Results, peak_memory_mb
from dispatcher import planning
from notifications.contracts.observability import logger
from notifications.database import sessions

CLIENTS = 1_000_000
REPEATS = 3
AT_MOST = 1.5

_COLUMNS = (
    "mailing_id, client_id, schedule_version, status, since, due_at, closes_at, last_error, timezone, operator_code"
)


def plan_whole(engine: Engine) -> int:
    """Plan a new mailing as the dispatcher does, and return its id."""
    now = datetime.now(UTC)
    mailing_id = add_mailing(engine, starts_at=now)
    with engine.begin() as connection:
        planning.begin_due(connection, starts_before=now + timedelta(minutes=1))
    while True:
        with engine.connect() as connection:
            if not planning.mailings_to_plan(connection):
                return mailing_id
        planning.plan_next(engine, mailing_id, now=now, requires_consent=False)


def insert_bare(engine: Engine) -> None:
    """Insert the planned rows from their copy."""
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO message ({_COLUMNS}) SELECT {_COLUMNS} FROM kept ORDER BY client_id"))


def seconds(engine: Engine, work: Callable[[Engine], object]) -> float:
    """Return the seconds that work takes on an empty table."""
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE message, mailing, mailing_count, mailing_group"))
    settle_down(engine)
    started = time.perf_counter()
    work(engine)
    return time.perf_counter() - started


def main() -> None:
    """Measure and report."""
    logger.setLevel("WARNING")
    clients = int(sys.argv[1]) if sys.argv[1:] else CLIENTS
    results = Results("plan")
    with empty_database(sessions.DISPATCHER) as engine:
        add_clients(engine, clients)
        plan_whole(engine)
        with engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE kept AS SELECT {_COLUMNS} FROM message"))
        pairs = [(seconds(engine, plan_whole), seconds(engine, insert_bare)) for _ in range(REPEATS)]
    planned, bare = (statistics.median(each) for each in zip(*pairs, strict=True))
    results.add(clients=clients, planned_s=planned, bare_insert_s=bare, peak_memory_mb=peak_memory_mb())
    results.limits.append(Limit("planned / bare insert", planned / bare, at_most=AT_MOST))
    results.report()


if __name__ == "__main__":
    main()
