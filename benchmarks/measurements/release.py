"""Rate at which due messages are put onto the queue: `python -m benchmarks.measurements.release [PENDING ...]`.

The dispatcher's rounds over a fake SQS without latency, against a bare loop of `send_message_batch` with the same
entries and parallelism and no database. Measured with few and with many pending rows: the first and the last messages
of at most a million released ones are timed, since released messages must not slow down pending ones.
"""

import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine

from benchmarks.harness.audience import add_clients
from benchmarks.harness.fast_aws import fast_sqs
from benchmarks.harness.postgres import empty, empty_database, settle_down
from benchmarks.harness.results import Limit, Results, peak_memory_mb
from benchmarks.measurements.plan import plan_whole
from dispatcher.dispatch_loop import TICK_INTERVAL, DispatchLimits, dispatch
from dispatcher.maintenance import Maintenance
from dispatcher.releasing import ReleaseLimits
from dispatcher.sqs_queue import CONNECTIONS, Clock, Publication, Queue, ScheduledMessage
from dispatcher.tick_log import TickLog
from notifications.contracts.observability import logger
from notifications.database import sessions

PENDING = (10_000, 100_000, 1_000_000, 10_000_000)
STRETCH = 100_000
RELEASED_AT_MOST = 1_000_000
AT_LEAST = 0.7
FLAT = 1.3
# No message is received, so the queue has no limit.
LIMITS = DispatchLimits(release=ReleaseLimits(queue_messages=sys.maxsize))


class TimedQueue(Queue):
    """Queue that records the times and numbers of published messages."""

    published: Sequence[tuple[float, int]] = ()

    @property
    def total(self) -> int:
        """Return the number of published messages."""
        return self.published[-1][1] if self.published else 0

    def publish(self, messages: Sequence[ScheduledMessage], *, clock: Clock) -> Publication:
        """Record the messages and publish them."""
        self.published = [*self.published, (time.perf_counter(), self.total + len(messages))]
        return super().publish(messages, clock=clock)

    def rate(self, first: int, last: int) -> float:
        """Return the messages a second between the `first` and the `last` published message."""
        stretch = [each for each in self.published if first < each[1] <= last]
        return (stretch[-1][1] - stretch[0][1]) / (stretch[-1][0] - stretch[0][0])


def now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


def bare(queue: Queue, messages: int) -> float:
    """Return the messages a second without a database."""
    scheduled = [ScheduledMessage(i, 1, now()) for i in range(1, messages + 1)]
    started = time.perf_counter()
    assert not queue.publish(scheduled, clock=now).refused()
    return messages / (time.perf_counter() - started)


def released(engine: Engine, queue: TimedQueue, pending: int) -> tuple[float, float]:
    """Return the dispatcher's messages a second at the beginning and at the end of a mailing."""
    empty(engine)
    add_clients(engine, pending)
    plan_whole(engine)
    settle_down(engine)
    maintenance = Maintenance(engine, TickLog(), now, has_time=lambda: True)
    leaving = min(pending, RELEASED_AT_MOST)
    while queue.total < leaving:
        dispatch(engine, queue, maintenance, until=now() + TICK_INTERVAL, limits=LIMITS)
    return queue.rate(0, STRETCH), queue.rate(leaving - STRETCH, leaving)


def main() -> None:
    """Measure and report."""
    logger.setLevel("WARNING")
    sizes = [int(size) for size in sys.argv[1:]] or PENDING
    results, rates = Results("release"), []
    with empty_database(sessions.DISPATCHER) as engine, fast_sqs(CONNECTIONS) as (client, url):
        for pending in sizes:
            first, last = released(engine, TimedQueue(client, url), pending)
            peer = bare(Queue(client, url), STRETCH)
            rates.append((first, last, peer))
            results.add(
                pending=pending, first_per_s=first, last_per_s=last, bare_per_s=peer, share=min(first, last) / peer
            )
    results.add(pending="peak memory, MB", first_per_s=peak_memory_mb())
    shares = [min(first, last) / peer for first, last, peer in rates]
    results.limits += [
        Limit("share of the bare loop", statistics.median(shares), at_least=AT_LEAST),
        # Shares, since the machine's speed varies.
        Limit("share with the fewest waiting / with the most", shares[0] / shares[-1], at_most=FLAT),
    ]
    results.report()


if __name__ == "__main__":
    main()
