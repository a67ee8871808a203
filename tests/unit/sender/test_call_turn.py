"""Turn of a message: when a call is made, and when it takes a further time."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from notifications.schedules.call_schedule import MAX_SLIP
from sender.call_turn import MAX_MISSED, CallTurn

# An event loop has a pair of sockets.
pytestmark = pytest.mark.enable_socket

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class Time:
    """Time that passes while a turn sleeps.

    Args:
        oversleeps: by how much each sleep is longer than it should be.
    """

    oversleeps: Iterator[timedelta] = field(default_factory=lambda: iter(()))
    now: datetime = NOW
    reserved: int = 0

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds) + next(self.oversleeps, timedelta(0))

    def next_time(self) -> datetime | None:
        self.reserved += 1
        return self.now + SECOND

    def turn(self, at: datetime) -> CallTurn:
        return CallTurn(at, self.next_time, lambda: self.now, self.sleep)


def test_a_call_waits_for_its_time() -> None:
    time = Time()
    assert asyncio.run(time.turn(NOW + SECOND).come())
    assert (time.now, time.reserved) == (NOW + SECOND, 0)


def test_a_further_call_takes_a_further_time() -> None:
    time = Time()
    turn = time.turn(NOW)
    assert asyncio.run(turn.come())
    assert asyncio.run(turn.come())
    assert (time.now, time.reserved) == (NOW + SECOND, 1)


def test_a_call_that_is_late_takes_another_time() -> None:
    time = Time(iter([MAX_SLIP + SECOND]))
    assert asyncio.run(time.turn(NOW + SECOND).come())
    assert (time.now, time.reserved) == (NOW + 3 * SECOND + MAX_SLIP, 1)


def test_a_sender_that_is_always_late_gives_up() -> None:
    time = Time(iter([MAX_SLIP * 2] * MAX_MISSED))
    assert not asyncio.run(time.turn(NOW + SECOND).come())
    assert time.reserved == MAX_MISSED - 1


def test_no_call_is_made_without_a_time() -> None:
    time = Time()
    turn = CallTurn(NOW - SECOND, lambda: None, lambda: time.now, time.sleep)
    assert not asyncio.run(turn.come())


def test_no_call_is_made_while_the_database_is_away() -> None:
    def fail() -> datetime | None:
        raise OperationalError("", {}, ConnectionError())

    time = Time()
    turn = CallTurn(NOW - SECOND, fail, lambda: time.now, time.sleep)
    assert not asyncio.run(turn.come())
