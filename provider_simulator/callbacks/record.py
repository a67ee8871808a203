"""Record of callbacks: counts by result, and the latest calls with their contents and answers."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from provider_simulator.callbacks.items import Kind, Receipt, iso_time
from provider_simulator.callbacks.outbox import Call

type Result = Literal["acknowledged", "refused", "abandoned", "repeated"]

# About 30 MB.
MAX_ITEMS = 100_000


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a call: when it began, its duration, and the status or the error that ended it."""

    number: int
    call: Call
    attempt: int
    at: float
    seconds: float
    status: int | str

    def summary(self) -> dict[str, Any]:
        """Return the attempt as JSON without texts and phones."""
        ids = [item.id for item in self.call.items if isinstance(item, Receipt)]
        return {
            "at": iso_time(self.at),
            "kind": self.call.kind,
            "webhook_id": self.call.webhook_id,
            "attempt": self.attempt,
            "fault": self.call.fault,
            "items": len(self.call.items),
            "status": self.status,
            "ms": round(self.seconds * 1000, 1),
        } | ({"ids": ids} if ids else {})

    def as_json(self) -> dict[str, Any]:
        """Return the attempt as JSON with all that was sent."""
        return {"number": self.number} | self.summary() | {"items": [item.as_json() for item in self.call.items]}


@dataclass
class Record:
    """Counts since the last reset, and the latest attempts.

    Attributes:
        results: number of items by kind and result.
        acknowledged_states: number of acknowledged receipts by state.
        statuses: number of attempts by status or error.
    """

    max_items: int = MAX_ITEMS
    results: Counter[tuple[Kind, Result]] = field(default_factory=Counter)
    acknowledged_states: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    _attempts: deque[Attempt] = field(default_factory=deque)
    _items: int = 0

    def add(self, call: Call, result: Result, *, at: float, seconds: float, status: int | str) -> Attempt:
        """Record an attempt, and forget the oldest ones if there are too many."""
        attempt = Attempt(self.statuses.total(), call, call.attempts, at, seconds, status)
        self.statuses[str(status)] += 1
        self.results[call.kind, result] += len(call.items)
        if result == "acknowledged":
            self.acknowledged_states.update(item.state for item in call.items if isinstance(item, Receipt))
        self._attempts.append(attempt)
        self._items += len(call.items)
        while self._items > self.max_items:
            self._items -= len(self._attempts.popleft().call.items)
        return attempt

    def attempts_from(self, number: int) -> Iterator[Attempt]:
        """Return the recorded attempts in order, beginning with `number`; the first attempt has number 0."""
        return (attempt for attempt in self._attempts if attempt.number >= number)
