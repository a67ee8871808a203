"""Turn of a message: when a call is made, when it takes a further time, and when it looks for a withdrawal."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from notifications.schedules.call_schedule import MAX_SLIP
from sender.call_turn import MAX_MISSED, CallTurn, Turn

# An event loop has a pair of sockets.
pytestmark = pytest.mark.enable_socket

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class Time:
    """Time that passes while a turn sleeps.

    Args:
        oversleeps: by how much each sleep is longer than it should be.
        withdrawn: the message must not be sent any more.
    """

    oversleeps: Iterator[timedelta] = field(default_factory=lambda: iter(()))
    now: datetime = NOW
    reserved: int = 0
    looks: int = 0
    withdrawn: bool = False

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds) + next(self.oversleeps, timedelta(0))

    def next_time(self) -> datetime | None:
        self.reserved += 1
        return self.now + SECOND

    def is_withdrawn(self) -> bool:
        self.looks += 1
        return self.withdrawn

    def turn(self, at: datetime) -> CallTurn:
        return self.turn_of(at, self.next_time)

    def turn_of(self, at: datetime | None, next_time: Callable[[], datetime | None] | None) -> CallTurn:
        return CallTurn(at, next_time, self.is_withdrawn, lambda: self.now, self.sleep)


def test_a_call_waits_for_its_time() -> None:
    time = Time()
    assert asyncio.run(time.turn(NOW + SECOND).come()) is Turn.CALL
    assert (time.now, time.reserved) == (NOW + SECOND, 0)


def test_a_further_call_takes_a_further_time() -> None:
    time = Time()
    turn = time.turn(NOW)
    assert asyncio.run(turn.come()) is Turn.CALL
    assert asyncio.run(turn.come()) is Turn.CALL
    assert (time.now, time.reserved) == (NOW + SECOND, 1)


def test_a_call_that_is_late_takes_another_time() -> None:
    time = Time(iter([MAX_SLIP + SECOND]))
    assert asyncio.run(time.turn(NOW + SECOND).come()) is Turn.CALL
    assert (time.now, time.reserved) == (NOW + 3 * SECOND + MAX_SLIP, 1)


def test_a_sender_that_is_always_late_gives_up() -> None:
    time = Time(iter([MAX_SLIP * 2] * MAX_MISSED))
    assert asyncio.run(time.turn(NOW + SECOND).come()) is Turn.NONE
    assert time.reserved == MAX_MISSED - 1


def test_no_call_is_made_without_a_time() -> None:
    time = Time()
    assert asyncio.run(time.turn_of(NOW - SECOND, lambda: None).come()) is Turn.NONE


def test_no_call_is_made_while_the_database_is_away() -> None:
    def fail() -> datetime | None:
        raise OperationalError("", {}, ConnectionError())

    time = Time()
    assert asyncio.run(time.turn_of(NOW - SECOND, fail).come()) is Turn.NONE


def test_a_first_call_that_is_made_at_once_needs_no_second_look() -> None:
    time = Time(withdrawn=True)
    assert asyncio.run(time.turn(NOW).come()) is Turn.CALL
    assert asyncio.run(time.turn_of(None, None).come()) is Turn.CALL
    assert time.looks == 0


def test_a_first_call_that_had_to_wait_looks_after_the_wait() -> None:
    time = Time(withdrawn=True)
    assert asyncio.run(time.turn(NOW + SECOND).come()) is Turn.WITHDRAWN
    assert time.now == NOW + SECOND


@pytest.mark.parametrize("has_rate", [True, False])
def test_a_further_call_looks(has_rate: bool) -> None:
    time = Time()
    turn = time.turn(NOW) if has_rate else time.turn_of(None, None)

    async def come_twice() -> list[Turn]:
        first = await turn.come()
        time.withdrawn = True
        return [first, await turn.come()]

    assert asyncio.run(come_twice()) == [Turn.CALL, Turn.WITHDRAWN]


def test_no_further_call_is_made_while_the_database_cannot_be_read() -> None:
    def fail() -> bool:
        raise OperationalError("", {}, ConnectionError())

    time = Time()
    turn = CallTurn(None, None, fail, lambda: time.now, time.sleep)

    async def come_twice() -> list[Turn]:
        return [await turn.come(), await turn.come()]

    assert asyncio.run(come_twice()) == [Turn.CALL, Turn.NONE]
