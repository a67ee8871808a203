"""Outbox: items that wait until they are due, bounded, and given out in batches."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

from provider_simulator.callbacks.items import Item, Kind, Planned
from provider_simulator.callbacks.settings import CallFault

# About 100 MB.
MAX_WAITING = 200_000
MAX_BATCH = 1_000
# The longest that an item waits for others to share its call.
BATCH_SECONDS = 0.2


@dataclass(slots=True, eq=False)
class Call:
    """A batch of items for one call, with the id and the number of its attempts."""

    kind: Kind
    fault: CallFault | None
    items: tuple[Item, ...]
    webhook_id: str = field(default_factory=lambda: f"msg_{uuid4().hex}")
    attempts: int = 0


@dataclass
class Outbox:
    """Items that wait, by kind and fault of their calls, and calls that wait for a repeat.

    Attributes:
        waiting: number of items that are not finished, by kind; those of calls under way are among them.
        dropped: number of items for which there was no room, by kind.
    """

    max_waiting: int = MAX_WAITING
    waiting: Counter[Kind] = field(default_factory=Counter)
    dropped: Counter[Kind] = field(default_factory=Counter)
    _numbers: "count[int]" = field(default_factory=count)
    _items: defaultdict[tuple[Kind, CallFault | None], list[tuple[float, int, Item]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _repeats: list[tuple[float, int, Call]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """True if nothing waits for its time."""
        return not self._repeats and not any(self._items.values())

    def add[T: Item](self, kind: Kind, planned: Planned[T]) -> None:
        """Add an item, or count it as dropped if the outbox is full."""
        if self._has_room(kind, 1):
            queue = self._items[kind, planned.fault]
            heapq.heappush(queue, (planned.due, next(self._numbers), planned.item))

    def begin[T: Item](self, kind: Kind, planned: Sequence[Planned[T]]) -> Call | None:
        """Return a call for items that are sent at once, or None if the outbox is full."""
        if not (planned and self._has_room(kind, len(planned))):
            return None
        return Call(kind, planned[0].fault, tuple(each.item for each in planned))

    def pop(self, now: float) -> Call | None:
        """Remove the call that has been due longest, with at most `MAX_BATCH` items; None if none is ready.

        A call is ready when its first item has been due for `BATCH_SECONDS`.
        """
        queues = [(queue[0][0], key) for key, queue in self._items.items() if queue]
        due, key = min(queues, default=(float("inf"), None), key=lambda each: each[0])
        if self._repeats and self._repeats[0][0] <= min(due, now):
            return heapq.heappop(self._repeats)[2]
        if key is None or due + BATCH_SECONDS > now:
            return None
        kind, fault = key
        return Call(kind, fault, tuple(self._pop_items(self._items[key], now)))

    def repeat(self, call: Call, due: float) -> None:
        """Add a call whose last attempt has failed."""
        heapq.heappush(self._repeats, (due, next(self._numbers), call))

    def finish(self, call: Call) -> None:
        """Free the room of a call that is not repeated."""
        self.waiting[call.kind] -= len(call.items)

    def _pop_items(self, queue: list[tuple[float, int, Item]], now: float) -> list[Item]:
        items: list[Item] = []
        while queue and queue[0][0] <= now and len(items) < MAX_BATCH:
            items.append(heapq.heappop(queue)[2])
        return items

    def _has_room(self, kind: Kind, wanted: int) -> bool:
        has_room = self.waiting.total() + wanted <= self.max_waiting
        (self.waiting if has_room else self.dropped)[kind] += wanted
        return has_room
