"""Database cost of a message: `python -m benchmarks.measurements.writes [MESSAGES]`.

The functions' own code plans, releases and sends one mailing. The queue and the provider accept everything at once, so
that only the database is measured: the bytes of its write-ahead log, which replicas and disks must take, and the CPU
time of its process.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import batched

import psutil
from sqlalchemy import Engine, text

from benchmarks.harness.audience import add_clients
from benchmarks.harness.postgres import empty_database, settle_down
from benchmarks.harness.results import Limit, Results
from benchmarks.measurements.plan import plan_whole
from dispatcher.dispatch_loop import TICK_INTERVAL, DispatchLimits, dispatch
from dispatcher.maintenance import Maintenance
from dispatcher.releasing import ReleaseLimits
from dispatcher.sqs_queue import Clock, Publication, Queue, ScheduledMessage
from dispatcher.tick_log import TickLog
from notifications.contracts.observability import logger, metrics
from sender.delivery import Sender
from sender.providers.base import OutgoingMessage

MESSAGES = 20_000
BATCH = 10
# No message is received, so the queue has no limit.
LIMITS = DispatchLimits(release=ReleaseLimits(queue_messages=sys.maxsize))


@dataclass(frozen=True, slots=True)
class Spent:
    """Cumulative cost of the database: bytes of write-ahead log, and seconds of CPU."""

    wal_bytes: int
    cpu_s: float

    @classmethod
    def now(cls, engine: Engine) -> "Spent":
        """Read the server's log position, and the CPU time of the process behind the only connection."""
        with engine.connect() as connection:
            wal, pid = connection.execute(
                text("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn, pg_backend_pid()")
            ).one()
        times = psutil.Process(pid).cpu_times()
        return cls(int(wal), times.user + times.system)

    def since(self, before: "Spent", messages: int) -> dict[str, float]:
        """Return the cost a message since an earlier reading."""
        return {
            "wal_bytes_a_message": (self.wal_bytes - before.wal_bytes) / messages,
            "cpu_ms_a_message": (self.cpu_s - before.cpu_s) / messages * 1000,
        }


@dataclass
class TakesAll(Queue):
    """Queue that keeps the ids of its messages."""

    ids: list[int] = field(default_factory=list)

    def publish(self, messages: Sequence[ScheduledMessage], *, clock: Clock) -> Publication:  # noqa: ARG002
        """Keep the messages' ids."""
        self.ids += [each.message_id for each in messages]
        return Publication([], [])


class AcceptsAll:
    """Provider that accepts everything at once."""

    name = "http"

    async def send(self, message: OutgoingMessage) -> None:
        """Accept the message."""


def now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


def plan_all(engine: Engine, _: TakesAll) -> None:
    """Plan a whole mailing."""
    plan_whole(engine)


def release_all(engine: Engine, queue: TakesAll) -> None:
    """Release all messages."""
    maintenance = Maintenance(engine, TickLog(), now, has_time=lambda: True)
    dispatch(engine, queue, maintenance, until=now() + TICK_INTERVAL, limits=LIMITS)


def send_all(engine: Engine, queue: TakesAll) -> None:
    """Send all queued messages in batches."""
    sender = Sender(erasure_key=bytes, engine=engine, provider=AcceptsAll(), clock=now)

    async def send() -> None:
        for batch in batched(queue.ids, BATCH, strict=False):
            await sender.deliver(batch)
            metrics.clear_metrics()

    asyncio.run(send())


STEPS: dict[str, Callable[[Engine, TakesAll], None]] = {"plan": plan_all, "release": release_all, "send": send_all}


def main() -> None:
    """Measure and report."""
    logger.setLevel("WARNING")
    messages = int(sys.argv[1]) if sys.argv[1:] else MESSAGES
    results, queue = Results("writes"), TakesAll()
    with empty_database() as engine:
        add_clients(engine, messages)
        settle_down(engine)
        first = before = Spent.now(engine)
        for name, step in STEPS.items():
            step(engine, queue)
            after = Spent.now(engine)
            results.add(step=name, **after.since(before, messages))
            before = after
        results.add(step="together", **before.since(first, messages))
        with engine.connect() as connection:
            sent = connection.execute(text("SELECT count(*) FROM message WHERE status = 'sent'")).scalar_one()
    results.limits.append(Limit("messages sent", sent, at_least=messages))
    results.report()


if __name__ == "__main__":
    main()
