"""What the stand-in has accepted, call by call: the other side of the account."""

import sys
import time
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple


class Call(NamedTuple):
    """A call that was accepted."""

    id: int
    at: str
    phone: int
    text: str


@dataclass
class Ledger:
    """All calls since the last reset, in columns: a million of them take about 150 MB."""

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
        """A call has come in, and meets this behaviour."""
        self.requests += 1
        self.by_behaviour[behaviour] += 1
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)

    def end(self) -> None:
        """A call is over, whatever became of it."""
        self.in_flight -= 1

    def accept(self, message_id: int, phone: int, text: str) -> None:
        """A message was taken."""
        number = len(self._ids)
        self._ids.append(message_id)
        self._phones.append(phone)
        self._times.append(time.time())
        self._texts.append(sys.intern(text))
        if self._first.setdefault(message_id, number) != number:
            self._repeats.setdefault(message_id, []).append(number)

    def has(self, message_id: int) -> bool:
        """Whether a message with this id was taken before."""
        return message_id in self._first

    def count(self, message_id: int) -> int:
        """How often a message was taken."""
        return self.has(message_id) + len(self._repeats.get(message_id, ()))

    def of(self, message_id: int, *, limit: int = 100) -> list[Call]:
        """The first accepted calls for one message."""
        numbers = [self._first[message_id], *self._repeats.get(message_id, ())] if self.has(message_id) else []
        return [self._call(number) for number in numbers[:limit]]

    def since(self, number: int, *, limit: int = 10_000) -> Iterator[Call]:
        """The accepted calls from the one with this number on, the first being 0."""
        return map(self._call, range(number, min(number + limit, len(self._ids))))

    def _call(self, number: int) -> Call:
        at = datetime.fromtimestamp(self._times[number], UTC).isoformat(timespec="microseconds")
        return Call(self._ids[number], at, self._phones[number], self._texts[number])

    def stats(self) -> dict[str, Any]:
        """The counts; `duplicates` are accepted calls for an id that was accepted before."""
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
