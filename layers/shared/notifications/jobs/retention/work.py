"""Work of the job of retention: its steps one after the other, each in chunks that take about the same time."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from notifications.contracts.enumerations import JobKind, RetentionSubject
from notifications.jobs.job import Job, Kind, Kinds, Progress
from notifications.jobs.retention import direct_messages, mailings, records
from notifications.jobs.retention.step import Limits, Removed, Step

# Target time of a chunk; number of rows of the first chunk of a step and of any.
CHUNK_TIME = timedelta(milliseconds=50)
FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK = 500, 100, 10_000

# Texts and attempts before messages, and messages before the phones that lead to them.
STEPS: Mapping[str, Step] = {
    "remove_answers": Step(RetentionSubject.IDEMPOTENCY_KEYS, records.remove_answers),
    "remove_holds": Step(RetentionSubject.HOLDS, records.remove_holds),
    "remove_import_rows": Step(RetentionSubject.IMPORTS, records.remove_import_rows),
    "remove_refusals": Step(RetentionSubject.IMPORTS, records.remove_refusals),
    "remove_imports": Step(RetentionSubject.IMPORTS, records.remove_imports),
    "remove_jobs": Step(RetentionSubject.JOBS, records.remove_jobs),
    "remove_audit_entries": Step(RetentionSubject.AUDIT_ENTRIES, records.remove_audit_entries),
    "remove_replies": Step(RetentionSubject.MESSAGES, records.remove_replies),
    "remove_direct_texts": Step(RetentionSubject.TEXTS, direct_messages.remove_texts),
    "remove_direct_messages": Step(RetentionSubject.MESSAGES, direct_messages.remove_messages),
    "remove_texts": Step(RetentionSubject.TEXTS, mailings.remove_texts),
    "remove_attempts": Step(RetentionSubject.ATTEMPTS, mailings.remove_attempts),
    "remove_messages": Step(RetentionSubject.MESSAGES, mailings.remove_messages),
    "remove_former_clients": Step(RetentionSubject.FORMER_CLIENTS, records.remove_former_clients),
}
_ORDER = list(STEPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Position of the job, as its row stores it.

    Attributes:
        step: name of the step.
        position: position in the step; None at its beginning.
        size: number of rows of the next chunk.
    """

    step: str = _ORDER[0]
    position: Any = None
    size: int = FIRST_CHUNK

    def after(self, removed: Removed, *, size: int, took: float) -> "Cursor":
        """Return the cursor after a chunk of `size` rows that took so many seconds."""
        if removed.is_complete:
            following = _ORDER.index(self.step) + 1
            return Cursor(step=_ORDER[following]) if following < len(_ORDER) else self
        factor = min(2, CHUNK_TIME.total_seconds() / took) if took else 2
        fitting = min(LARGEST_CHUNK, max(SMALLEST_CHUNK, int(size * factor)))
        return Cursor(step=self.step, position=removed.position, size=fitting)


@dataclass(frozen=True, slots=True)
class RetentionWork:
    """Removes the next rows.

    Args:
        clock: returns seconds that only grow.
    """

    clock: Callable[[], float] = time.monotonic

    def __call__(self, connection: Connection, job: Job, *, size: int, now: datetime) -> Progress:
        """Do a chunk of the step at which the job is."""
        cursor = Cursor(**job.cursor) if job.cursor else Cursor()
        step, at_most, began = STEPS[cursor.step], min(size, cursor.size), self.clock()
        removed = step.remove(connection, _limits(job, step, now), position=cursor.position, size=at_most)
        is_last = removed.is_complete and cursor.step == _ORDER[-1]
        return Progress(
            cursor=asdict(cursor.after(removed, size=at_most, took=self.clock() - began)),
            done=sum(removed.rows.values()),
            result={subject: rows for subject, rows in removed.rows.items() if rows},
            is_complete=is_last,
        )


def _limits(job: Job, step: Step, now: datetime) -> Limits:
    before = job.created_at - timedelta(days=job.params["days"][step.subject])
    return Limits(before=before, since=datetime.fromisoformat(job.params["since"]), now=now)


KINDS: Kinds = {JobKind.RETENTION: Kind(RetentionWork(), LARGEST_CHUNK)}
