"""Simulation of hours in seconds: real ticks and deliveries over a queue and a provider with a clock that is moved."""

import asyncio
import heapq
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from dispatcher.dispatch_loop import TICK_INTERVAL
from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications.providers import health
from sender.delivery import Sender
from sender.providers.base import OutgoingMessage
from tests.support.sqs import attributes

BATCH = 10
SECOND = timedelta(seconds=1)
# Four senders side by side, each with a provider that takes 100 ms.
BATCH_EVERY = timedelta(milliseconds=25)


@dataclass
class TimedSqs:
    """SQS's client that keeps messages until their delay is over."""

    now: datetime
    waiting: list[tuple[datetime, int]] = field(default_factory=list)

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return attributes(len(self.waiting))

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: ARG002, N803
        for entry in Entries:
            moment = self.now + timedelta(seconds=entry["DelaySeconds"])
            heapq.heappush(self.waiting, (moment, json.loads(entry["MessageBody"])["message_id"]))
        return {}

    def take(self, until: datetime) -> tuple[datetime, list[int]]:
        """Return the next batch that can be received before a moment, and its time."""
        moment = until
        ids: list[int] = []
        while self.waiting and self.waiting[0][0] < until and len(ids) < BATCH:
            moment, message_id = heapq.heappop(self.waiting)
            ids.append(message_id)
        return max(moment, self.now), ids


@dataclass
class ScriptedProvider:
    """Provider that fails as a script says.

    Args:
        script: raises the error of a call at a moment, or nothing.
    """

    script: Callable[[datetime], None]
    now: datetime
    name: str = "scripted"
    calls: int = 0
    accepted: dict[int, datetime] = field(default_factory=dict)

    async def send(self, message: OutgoingMessage) -> None:
        self.calls += 1
        self.script(self.now)
        assert message.id not in self.accepted
        self.accepted[message.id] = self.now


async def no_sleep(_: float) -> None:
    """Let no time pass, since the clock is moved."""


def simulate(
    engine: Engine, provider: ScriptedProvider, *, start: datetime, end: datetime, looks: bool = False
) -> None:
    """Tick every minute, and deliver what the queue holds in between.

    Args:
        looks: tick every second, in place of a tick that goes on. It is so anyway while the provider has a limit.
    """
    sqs = TimedSqs(start)
    queue = Queue(sqs, "url")  # type: ignore[arg-type]
    sender = Sender(erasure_key=bytes, engine=engine, provider=provider, clock=lambda: sqs.now, sleep=no_sleep)
    with asyncio.Runner() as runner:
        minute = start
        while minute < end:
            sqs.now = minute
            tick(engine, queue, clock=lambda: sqs.now, until=end)
            every = SECOND if looks or _is_limited(engine, minute) else TICK_INTERVAL
            while True:
                sqs.now, ids = sqs.take(minute + every)
                if not ids:
                    break
                provider.now = sqs.now
                runner.run(sender.deliver(ids))
                sqs.now += BATCH_EVERY
            minute += every


def _is_limited(engine: Engine, now: datetime) -> bool:
    """Return True if messages wait for a provider that has a limit."""
    with engine.connect() as connection:
        waits = connection.execute(text("SELECT EXISTS (SELECT FROM message WHERE status IN ('pending', 'queued'))"))
        return bool(waits.scalar_one()) and any(
            limiter.is_limited(now) for _, limiter in health.load_states(connection).values()
        )
