"""Table locks of one application and the sessions that wait for them, watched from another connection."""

import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Engine, create_engine, text

_INTERVAL = 0.004
# The modes that keep others from reading or writing rows. New tables are visible to nobody, and not looked at.
_LOCKS = text("""
    SELECT pid, relname AS name, granted, application_name = :name AS ours,
           COALESCE(extract(epoch FROM clock_timestamp() - waitstart), 0) AS waited
    FROM pg_locks JOIN pg_class ON pg_class.oid = relation JOIN pg_stat_activity USING (pid)
    WHERE relkind = 'r' AND relnamespace = CAST('public' AS regnamespace) AND (
        application_name = :name AND granted
        AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
        OR application_name <> :name AND NOT granted
    )
""")


class _Lock(NamedTuple):
    pid: int
    name: str
    granted: bool
    ours: bool
    waited: Decimal


@dataclass
class Locks:
    """Longest lock times in seconds, by table.

    Attributes:
        held: longest time that the application held conflicting locks.
        waited: longest time that other sessions waited.
        delay: longest time between two samples, caused by the machine.
        samples: number of samples.
    """

    held: dict[str, float] = field(default_factory=dict)
    waited: dict[str, float] = field(default_factory=dict)
    delay: float = 0
    samples: int = 0
    _since: dict[tuple[int, str], float] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"locks held for {_in_ms(self.held)}; waited for {_in_ms(self.waited)}"
            f" ({self.samples} samples, {self.delay * 1000:.0f} ms apart at most)"
        )

    def longest(self, *, without: Collection[str] = ()) -> float:
        """Return the longest time that any session was, or could have been, blocked from a table.

        Args:
            without: tables that are left out.
        """
        times = [*self.held.items(), *self.waited.items()]
        return max((time for name, time in times if name not in without), default=0)

    def observe(self, locks: Sequence[_Lock], at: float) -> None:
        """Add one sample of all locks."""
        self.samples += 1
        held = {(lock.pid, lock.name) for lock in locks if lock.ours}
        self._since = {key: self._since.get(key, at) for key in held}
        for (_, name), since in self._since.items():
            self.held[name] = max(self.held.get(name, 0), at - since)
        for lock in locks:
            if not lock.ours:
                self.waited[lock.name] = max(self.waited.get(lock.name, 0), float(lock.waited))


def _in_ms(times: Mapping[str, float]) -> str:
    """Return the longest times of the tables, in milliseconds, the longest first."""
    longest_first = sorted(times.items(), key=lambda item: item[1], reverse=True)
    return ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in longest_first) or "no time"


@contextmanager
def watched(engine: Engine, application: str) -> Iterator[Locks]:
    """Watch the locks of an application while the block runs."""
    found, stop = Locks(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(engine, application, found, stop))
    watcher.start()
    try:
        yield found
    finally:
        stop.set()
        watcher.join()


def _watch(engine: Engine, application: str, found: Locks, stop: threading.Event) -> None:
    own = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with own.connect() as connection:
        before = time.monotonic()
        while not stop.wait(_INTERVAL):
            rows = connection.execute(_LOCKS, {"name": application}).all()
            now = time.monotonic()
            found.observe([_Lock(*row) for row in rows], now)
            found.delay, before = max(found.delay, now - before), now
    own.dispose()
