"""Ledger of accepted calls, to compare with a sender's own records."""

import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple


class Call(NamedTuple):
    """An accepted call; `at` is the time of its arrival."""

    id: int
    at: str
    phone: int
    text: str


@dataclass
class Ledger:
    """Calls since the last reset, stored by column (about 150 MB per million).

    Attributes:
        rejected: number of calls without a valid message.
        followed: number of requests that followed a redirect.
        leaked: number of requests that followed a redirect and carried a token.
        by_behaviour: number of calls by fault; `normal` for calls without a fault.
    """

    requests: int = 0
    rejected: int = 0
    in_flight: int = 0
    max_in_flight: int = 0
    followed: int = 0
    leaked: int = 0
    by_behaviour: Counter[str] = field(default_factory=Counter)
    _ids: array[int] = field(default_factory=lambda: array("q"))
    _phones: array[int] = field(default_factory=lambda: array("q"))
    _times: array[float] = field(default_factory=lambda: array("d"))
    _texts: list[str] = field(default_factory=list)
    _first: dict[int, int] = field(default_factory=dict)
    _repeats: dict[int, list[int]] = field(default_factory=dict)

    def begin(self, behaviour: str) -> None:
        """Record the start of a call with this fault or `normal`."""
        self.requests += 1
        self.by_behaviour[behaviour] += 1
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)

    def end(self) -> None:
        """Record the end of a call, whatever its outcome."""
        self.in_flight -= 1

    def accept(self, message_id: int, phone: int, text: str, *, arrived: float) -> None:
        """Record an accepted message, and the time at which its call arrived."""
        number = len(self._ids)
        self._ids.append(message_id)
        self._phones.append(phone)
        self._times.append(arrived)
        self._texts.append(sys.intern(text))
        if self._first.setdefault(message_id, number) != number:
            self._repeats.setdefault(message_id, []).append(number)

    def has_accepted(self, message_id: int) -> bool:
        """Return True if a message with this id was accepted."""
        return message_id in self._first

    def count(self, message_id: int) -> int:
        """Return the number of times that a message was accepted."""
        return self.has_accepted(message_id) + len(self._repeats.get(message_id, ()))

    def calls_for(self, message_id: int, *, limit: int = 100) -> list[Call]:
        """Return the first accepted calls for a message."""
        numbers = [self._first[message_id], *self._repeats.get(message_id, ())] if self.has_accepted(message_id) else []
        return [self._call(number) for number in numbers[:limit]]

    def calls_from(self, number: int, *, limit: int = 10_000) -> Iterator[Call]:
        """Return the accepted calls in order, beginning with call `number`; the first call has number 0."""
        return map(self._call, range(number, min(number + limit, len(self._ids))))

    def _call(self, number: int) -> Call:
        at = datetime.fromtimestamp(self._times[number], UTC).isoformat(timespec="microseconds")
        return Call(self._ids[number], at, self._phones[number], self._texts[number])

    def stats(self) -> dict[str, Any]:
        """Return all counts; `duplicates` counts accepted calls with an id that was accepted before."""
        return {
            "requests": self.requests,
            "accepted": len(self._ids),
            "accepted_ids": len(self._first),
            "duplicates": len(self._ids) - len(self._first),
            "rejected": self.rejected,
            "by_behaviour": dict(self.by_behaviour),
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
        }
