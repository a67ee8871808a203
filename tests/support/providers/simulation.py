"""Simulation of senders, a queue and a dispatcher that share the real breaker and rate limiter."""

import heapq
import math
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from dispatcher.releasing import turns
from notifications.contracts.enumerations import BreakerState
from notifications.providers import health
from notifications.providers.circuit_breaker import PROBE_MESSAGES, Breaker, CallResults
from notifications.providers.quotas import OPEN_PAUSE, RATE_LIMIT_PAUSE, release_quota
from notifications.providers.rate_limiter import BatchCalls, RateLimiter
from sender.providers.base import ProviderError, Throttled, Unavailable
from sender.retry_policy import pause_after
from tests.support.providers.limits import Answer, Limit

START = datetime(2026, 11, 26, tzinfo=UTC)
BATCH = 10
LOOKS_EVERY = 0.2
QUEUE_MESSAGES = 4_000
TICK_AHEAD = 75.0


def moment(at: float) -> datetime:
    """Return the time of a second of the simulation."""
    return START + timedelta(seconds=at)


def seconds(at: datetime) -> float:
    """Return the second of the simulation at a time."""
    return (at - START).total_seconds()


@dataclass(slots=True)
class Message:
    """A message of a mailing: when it was added, is due, was first called and was sent."""

    mailing: int
    phone: int
    added: float
    due: float
    attempts: int = 0
    called: float | None = None
    sent: float | None = None


@dataclass(slots=True)
class Batch:
    """Calls of one sender."""

    messages: Sequence[Message]
    starts: Sequence[float]
    is_probe: bool
    answers: list[Answer] = field(default_factory=list)


@dataclass
class Simulation:
    """A pool of senders, each with batches, and a provider.

    Args:
        latency: median time of a call, in seconds.
    """

    provider: Limit
    senders: int = 10
    latency: float = 0.1
    seed: int = 1
    breaker: Breaker = field(default_factory=Breaker)
    limiter: RateLimiter = field(default_factory=RateLimiter)
    calls: list[tuple[float, Answer, int]] = field(default_factory=list)
    opened: int = 0
    _pending: dict[int, list[tuple[float, int, Message]]] = field(default_factory=dict)
    _queue: list[tuple[float, int, Message]] = field(default_factory=list)
    _ready: deque[Message] = field(default_factory=deque)
    _queued: dict[int, int] = field(default_factory=dict)
    _events: list[tuple[float, int, str, object]] = field(default_factory=list)
    _added: dict[int, int] = field(default_factory=dict)
    _releases: int = 0
    _number: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._idle = self.senders
        self._at(0, "dispatch", None)

    def add(self, mailing: int, messages: int, *, at: float = 0, first_phone: int = 1) -> list[Message]:
        """Add a mailing at a time, and return its messages."""
        self._added[mailing] = self._added.get(mailing, 0) + messages
        added = [Message(mailing, first_phone + n, at, at) for n in range(messages)]
        self._at(at, "add", added)
        return added

    def run(self, until: float) -> None:
        """Run up to a time."""
        while self._events and self._events[0][0] <= until:
            now, _, kind, data = heapq.heappop(self._events)
            getattr(self, f"_on_{kind}")(now, data)

    def _at(self, at: float, kind: str, data: object) -> None:
        self._number += 1
        heapq.heappush(self._events, (at, self._number, kind, data))

    def _on_add(self, _: float, messages: Sequence[Message]) -> None:
        for each in messages:
            self._wait(each, each.due)

    def _wait(self, message: Message, due: float) -> None:
        message.due = due
        self._number += 1
        heapq.heappush(self._pending.setdefault(message.mailing, []), (due, self._number, message))

    def _on_dispatch(self, now: float, _: object) -> None:
        waiting = [each for each, messages in self._pending.items() if messages and messages[0][0] < now + TICK_AHEAD]
        on_queue = sum(1 for number in self._queued.values() if number)
        begun = {each: self._added[each] - len(self._pending[each]) for each in waiting}
        released = [
            self._release(mailing, now, sharers=sharers, mailings=on_queue)
            for mailing, sharers in turns(begun, releases=self._releases)
        ]
        self._releases += any(released)
        self._at(now + LOOKS_EVERY, "dispatch", None)

    def _release(self, mailing: int, now: float, *, sharers: int, mailings: int) -> bool:
        quota = release_quota(self.breaker, self.limiter, now=moment(now), until=moment(now + TICK_AHEAD))
        queued = self._queued.get(mailing, 0)
        room = max(1_000, QUEUE_MESSAGES // max(1, mailings)) - queued
        allowed, pending, released = quota.allowed(max(0, min(room, 1_000)), sharers=sharers), self._pending[mailing], 0
        while released < allowed and pending and pending[0][0] < seconds(quota.until):
            _, _, message = heapq.heappop(pending)
            leaves = max(message.due, seconds(quota.starts_at + released * quota.interval), now)
            visible = now + math.ceil(leaves - now)
            self._number += 1
            heapq.heappush(self._queue, (visible, self._number, message))
            self._at(visible, "receive", None)
            released += 1
        self._queued[mailing] = queued + released
        if released and quota.messages is not None:
            self.limiter = replace(self.limiter, next_release_at=quota.starts_at + quota.interval * released)
        return released > 0

    def _on_receive(self, now: float, _: object) -> None:
        while self._queue and self._queue[0][0] <= now:
            self._ready.append(heapq.heappop(self._queue)[2])
        while self._idle and self._ready:
            batch = [self._ready.popleft() for _ in range(min(BATCH, len(self._ready)))]
            self._claim(batch, now)

    def _claim(self, messages: Sequence[Message], now: float) -> None:
        granted, retry_at, is_probe, starts = self._take(len(messages), now)
        for each in messages:
            self._queued[each.mailing] -= 1
        for each in messages[granted:]:
            self._wait(each, max(each.due, retry_at))
        if not granted:
            return
        self._idle -= 1
        batch = Batch(messages[:granted], starts, is_probe)
        last = now
        for number, start in enumerate(starts):
            lasts = self._random.lognormvariate(math.log(self.latency), 0.3)
            self._at(start + lasts / 2, "call", (batch, number))
            last = max(last, start + lasts)
        self._at(last, "report", batch)

    def _take(self, wanted: int, now: float) -> tuple[int, float, bool, Sequence[float]]:
        breaker, limiter, at = self.breaker, self.limiter, moment(now)
        if breaker.state != BreakerState.CLOSED:
            if breaker.probe_at is not None and breaker.probe_at > at:
                return 0, seconds(min(breaker.probe_at, at + OPEN_PAUSE)), False, []
            self.breaker = breaker.with_probe_started(now=at)
            calls = min(wanted, PROBE_MESSAGES)
            return calls, seconds(at + OPEN_PAUSE), True, [now] * calls
        if limiter.hold_until is not None and limiter.is_held(at):
            return 0, seconds(limiter.hold_until), False, []
        if not limiter.is_limited(at):
            return wanted, now, False, [now] * wanted
        calls, self.limiter = limiter.take(wanted, now=at)
        starts = self.limiter.call_times(calls, now=at)
        return calls, now + RATE_LIMIT_PAUSE.total_seconds(), False, [max(now, seconds(each)) for each in starts]

    def _on_call(self, now: float, call: tuple[Batch, int]) -> None:
        batch, number = call
        message = batch.messages[number]
        message.called = message.called or batch.starts[number]
        answer = self.provider.answer(now, message.phone)
        self.calls.append((now, answer, message.mailing))
        batch.answers.append(answer)
        asked = self.provider.retry_after(now) if answer == Answer.THROTTLED else None
        self._answers[id(message)] = (answer, asked)

    _answers: dict[int, tuple[Answer, float | None]] = field(default_factory=dict)

    def _on_report(self, now: float, batch: Batch) -> None:
        self._idle += 1
        accepted, throttled, pauses = [], [], []
        for message, start in zip(batch.messages, batch.starts, strict=True):
            answer, asked = self._answers.pop(id(message))
            if answer == Answer.ACCEPTED:
                message.sent = now
                accepted.append(moment(start))
                continue
            error: ProviderError = Unavailable("HTTP 503")
            if answer == Answer.THROTTLED:
                pause = None if asked is None else timedelta(seconds=asked)
                error = Throttled("HTTP 429", retry_after=pause)
                throttled.append(moment(start))
                pauses += [pause] if pause else []
            self._wait(message, now + pause_after(message.attempts, error, self._random.random()).total_seconds())
            message.attempts += not batch.is_probe
        failed = batch.answers.count(Answer.FAILED)
        results = CallResults(answered=len(batch.answers) - failed, failed=failed)
        calls = BatchCalls(accepted, throttled, max(pauses, default=None))
        before = self.breaker.state
        self.breaker, self.limiter = health.after_batch(
            self.breaker, self.limiter, results, calls, now=moment(now), jitter=self._random.random()
        )
        self.opened += before == BreakerState.CLOSED and self.breaker.state == BreakerState.OPEN
        self._on_receive(now, None)
