"""Scenario for the dispatcher: clients, mailings, a queue that may misbehave, and senders that take from it."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import EndpointConnectionError
from sqlalchemy import Engine, text

from dispatcher.dispatch_loop import LIMITS
from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications.database.dispatcher_runs import Waiting
from notifications.database.tables import metadata
from notifications.statistics import reconciliation
from sender.delivery import Sender
from sender.providers.base import OutgoingMessage
from tests.support.mailings.simulation import no_sleep
from tests.support.sqs import attributes

if TYPE_CHECKING:
    from notifications.jobs.retention.periods import Days

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ZONES = ("Europe/Moscow", "Asia/Omsk", "Asia/Kamchatka")
FAR = timedelta(days=365)


@dataclass
class FakeSqs:
    """SQS's client that keeps messages until their delay is over.

    Args:
        clock: gives the current time.
        down: True to fail every call.
        refuses: ids of messages that it refuses once each.
        loses: ids of messages that it loses once each.
        repeats: it delivers each message twice whose id this number divides; 0 for none.
    """

    clock: Callable[[], datetime]
    down: bool = False
    refuses: set[int] = field(default_factory=set)
    loses: set[int] = field(default_factory=set)
    repeats: int = 0
    departures: list[tuple[datetime, int | None, int]] = field(default_factory=list)
    waiting: list[tuple[datetime, int]] = field(default_factory=list)

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: Sequence[str]) -> dict[str, Any]:  # noqa: ARG002, N803
        if self.down:
            raise EndpointConnectionError(endpoint_url=QueueUrl)
        return attributes(len(self.waiting))

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        if self.down:
            raise EndpointConnectionError(endpoint_url=QueueUrl)
        failed = [entry["Id"] for entry in Entries if int(entry["Id"]) in self.refuses]
        self.refuses -= set(map(int, failed))
        for entry in Entries:
            if entry["Id"] not in failed:
                self._take(json.loads(entry["MessageBody"]), entry["DelaySeconds"])
        return {"Failed": [{"Id": each, "Code": "InternalError", "SenderFault": False} for each in failed]}

    def _take(self, body: dict[str, Any], delay: int) -> None:
        moment, message_id = self.clock() + timedelta(seconds=delay), body["message_id"]
        self.departures.append((moment, body["mailing_id"], message_id))
        if message_id in self.loses:
            self.loses.remove(message_id)
            return
        copies = 2 if self.repeats and message_id % self.repeats == 0 else 1
        self.waiting += [(moment, message_id)] * copies

    def receive(self) -> list[int]:
        """Return the ids that may be received now, and remove them."""
        now = self.clock()
        due = [message_id for moment, message_id in sorted(self.waiting) if moment <= now]
        self.waiting = [each for each in self.waiting if each[0] > now]
        return due


class FakeProvider:
    """Provider that accepts everything, and records calls and their times."""

    name = "fake"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.calls: Counter[int] = Counter()
        self.moments: dict[int, datetime] = {}

    async def send(self, message: OutgoingMessage) -> None:
        self.calls[message.id] += 1
        self.moments[message.id] = self._clock()


class DispatcherScenario:
    """A dispatcher, its queue, its senders and their clock over one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.limits = LIMITS
        self.retention: Days | None = None
        self.begin()

    def reset(self) -> None:
        """Empty the database and start again."""
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        with self.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
        self.begin()

    def begin(self) -> None:
        """Start again with the database as it is."""
        self.now = NOW
        self.sqs = FakeSqs(lambda: self.now)
        self.provider = FakeProvider(lambda: self.now)
        self.queue = Queue(self.sqs, "http://queue")  # type: ignore[arg-type]

    def add_clients(self, number: int) -> None:
        """Create clients in all time zones in turn."""
        with self.engine.begin() as connection:
            connection.execute(text(_CLIENTS), {"number": number, "zones": list(ZONES)})

    def add_mailing(
        self,
        *,
        starts_at: datetime | None = None,
        lasts: timedelta = timedelta(days=3),
        window: tuple[time, time] | None = None,
        max_rate: int | None = None,
        operator_codes: Sequence[str] = (),
    ) -> int:
        """Create a mailing to all clients, or to those of some operator codes, and return its id."""
        starts_at = starts_at or self.now
        values = {
            "starts_at": starts_at,
            "ends_at": starts_at + lasts,
            "start": window and window[0],
            "end": window and window[1],
            "max_rate": max_rate,
            "codes": list(operator_codes),
        }
        with self.engine.begin() as connection:
            return int(connection.execute(text(_MAILING), values).scalar_one())

    def tick(self, wait: Callable[[], None] | None = None) -> None:
        """Run one tick, during which the clock stands still unless `wait` moves it."""
        until = self.now + FAR
        waiting = wait and Waiting(
            engine=self.engine, clock=lambda: self.now, run="tick", is_scheduled=True, sleep=wait
        )
        tick(
            self.engine,
            self.queue,
            clock=lambda: self.now,
            until=until,
            waiting=waiting,
            limits=self.limits,
            retention=self.retention,
        )

    def send(self) -> int:
        """Deliver all messages that may be received now, and return their number."""
        ids = self.sqs.receive()
        sender = Sender(
            erasure_key=bytes, engine=self.engine, provider=self.provider, clock=lambda: self.now, sleep=no_sleep
        )
        for batch in batched(ids, 10, strict=False):
            asyncio.run(sender.deliver(batch))
        return len(ids)

    def run_until_finished(self, *, every: timedelta = timedelta(minutes=1), at_most: int = 200) -> None:
        """Tick and send until no mailing is running."""
        for _ in range(at_most):
            self.tick()
            while self.send():
                pass
            if not self.scalar("SELECT count(*) FROM mailing WHERE status IN ('scheduled', 'running')"):
                return
            self.now += every
        raise AssertionError(f"not finished: {self.statuses()}")

    def scalar(self, query: str) -> Any:
        """Return the only value of a query."""
        with self.engine.connect() as connection:
            return connection.execute(text(query)).scalar_one()

    def statuses(self, mailing_id: int | None = None) -> dict[str, int]:
        """Return the numbers of messages by status, from the rows of all or of a mailing."""
        of = "" if mailing_id is None else "WHERE mailing_id = :id"
        query = f"SELECT status, count(*) AS n FROM message {of} GROUP BY status"
        with self.engine.connect() as connection:
            return {row.status: row.n for row in connection.execute(text(query), {"id": mailing_id})}

    def direct_statuses(self) -> dict[int, str]:
        """Return the status of each message outside mailings by its id."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT id, status FROM message WHERE mailing_id IS NULL"))
            return {row.id: row.status for row in rows}

    def assert_reconciled(self) -> None:
        """Assert that every running count equals the rows."""
        with self.engine.connect() as connection:
            ids = connection.execute(text("SELECT id FROM mailing")).scalars().all()
            assert reconciliation.reconcile(connection, ids).differences == []

    def assert_each_once(self, messages: int) -> None:
        """Assert that all messages were sent, each by one call."""
        assert self.statuses() == {"sent": messages}
        assert set(self.provider.calls.values()) == {1}
        assert len(self.provider.calls) == messages
        self.assert_reconciled()


_CLIENTS = """
    INSERT INTO client (phone, operator_code, timezone)
    SELECT '7' || (9000000000 + n)::text, (900 + mod(n, 10))::text,
           (CAST(:zones AS text[]))[1 + mod(n, cardinality(CAST(:zones AS text[])))]
    FROM generate_series(1, CAST(:number AS int)) AS n
"""
_MAILING = """
    INSERT INTO mailing (text, starts_at, ends_at, window_start, window_end, max_rate, filter_operator_codes)
    VALUES ('Hello', :starts_at, :ends_at, :start, :end, :max_rate, CAST(:codes AS text[])) RETURNING id
"""
