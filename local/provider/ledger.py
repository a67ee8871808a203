"""What the stand-in has accepted, call by call: the other side of the account."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was accepted."""

    id: int
    phone: int
    text: str
    at: datetime

    def shown(self) -> dict[str, Any]:
        """The call as JSON shows it."""
        return {"id": self.id, "phone": self.phone, "text": self.text, "at": self.at.isoformat()}


@dataclass
class Ledger:
    """All calls since the last reset."""

    requests: int = 0
    rejected: int = 0
    in_flight: int = 0
    max_in_flight: int = 0
    leaks: int = 0
    by_behaviour: Counter[str] = field(default_factory=Counter)
    calls: list[Call] = field(default_factory=list)
    _by_id: defaultdict[int, list[Call]] = field(default_factory=lambda: defaultdict(list))

    def begin(self) -> None:
        """A call has come in."""
        self.requests += 1
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)

    def end(self) -> None:
        """A call is over, whatever became of it."""
        self.in_flight -= 1

    def accept(self, message_id: int, phone: int, text: str) -> None:
        """A message was taken."""
        call = Call(message_id, phone, text, datetime.now(UTC))
        self.calls.append(call)
        self._by_id[message_id].append(call)

    def has(self, message_id: int) -> bool:
        """Whether a message with this id was taken before."""
        return message_id in self._by_id

    def of(self, message_id: int) -> list[Call]:
        """The accepted calls for one message."""
        return self._by_id.get(message_id, [])

    def since(self, number: int) -> Iterator[Call]:
        """The accepted calls from the one with this number on, the first being 0."""
        return iter(self.calls[number:])

    def stats(self) -> dict[str, Any]:
        """The counts; `duplicates` are accepted calls for an id that was accepted before."""
        return {
            "requests": self.requests,
            "accepted": len(self.calls),
            "accepted_ids": len(self._by_id),
            "duplicates": len(self.calls) - len(self._by_id),
            "rejected": self.rejected,
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
            "leaks": self.leaks,
            "by_behaviour": dict(self.by_behaviour),
        }
