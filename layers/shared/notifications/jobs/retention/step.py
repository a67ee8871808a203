"""Interface of a step of retention: it removes rows of some tables, a chunk at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from notifications.contracts.enumerations import RetentionSubject


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Times that bound what a step removes.

    Attributes:
        before: only rows that ended before it are removed.
        since: start of the first job after the last one that finished.
        now: time of the chunk.
    """

    before: datetime
    since: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What one chunk has removed.

    Attributes:
        rows: numbers of rows by subject.
        position: where the next chunk of the step continues, as JSON.
        is_complete: True if the step has nothing left.
    """

    rows: Mapping[RetentionSubject, int]
    position: Any = None
    is_complete: bool


class Remove(Protocol):
    """Work of a step."""

    def __call__(self, connection: Connection, limits: Limits, *, position: Any, size: int) -> Removed:
        """Remove the next rows in the caller's transaction.

        Args:
            position: position of the chunk before; None for the first.
            size: largest number of rows to look at.
        """


@dataclass(frozen=True, slots=True)
class Step:
    """A step, with the subject whose period bounds it."""

    subject: RetentionSubject
    remove: Remove
