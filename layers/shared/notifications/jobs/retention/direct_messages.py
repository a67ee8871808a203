"""Steps that remove messages outside mailings, and their texts, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, TextClause, text

from notifications.contracts.enumerations import OPEN_STATUSES, RetentionSubject
from notifications.database.tables import sql_list
from notifications.jobs.retention.step import Limits, Removed

_NEXT = """
    SELECT message_id, created_at FROM direct_message WHERE message_id > :after {condition}
    ORDER BY message_id LIMIT :size
"""
_NEXT_MESSAGES = text(_NEXT.format(condition=""))
# The index has only messages with a text: those without one are never read again.
_NEXT_TEXTS = text(_NEXT.format(condition="AND text IS NOT NULL"))
_HAS_ENDED = f"m.since < :before AND m.status NOT IN {sql_list(OPEN_STATUSES)}"
_REMOVE_TEXTS = text(f"""
    UPDATE direct_message AS direct SET text = NULL FROM message AS m
    WHERE direct.message_id = ANY(CAST(:ids AS bigint[])) AND m.id = direct.message_id AND {_HAS_ENDED}
""")
_DELETE_MESSAGES = text(f"""
    DELETE FROM message AS m WHERE m.id = ANY(CAST(:ids AS bigint[])) AND {_HAS_ENDED} RETURNING m.id
""")
_DELETE_DIRECT = text("DELETE FROM direct_message WHERE message_id = ANY(CAST(:ids AS bigint[]))")
_DELETE_ATTEMPTS = text("DELETE FROM attempt WHERE message_id = ANY(CAST(:ids AS bigint[]))")
_DELETE_DELIVERIES = text("DELETE FROM delivery WHERE message_id = ANY(CAST(:ids AS bigint[]))")


@dataclass(frozen=True, slots=True)
class _Next:
    """The next messages in the order of their ids.

    Attributes:
        old: ids of those that are old enough.
        last: id of the last one.
        is_complete: True if no old one follows.
    """

    old: Sequence[int]
    last: int
    is_complete: bool


def _find(connection: Connection, query: TextClause, limits: Limits, position: Any, size: int) -> _Next:
    """Find the next messages, which are as old as their creation.

    Ids are given before their transactions commit, a little out of the order of creation: what is left out for it
    follows on the next day.
    """
    after = position or 0
    found = connection.execute(query, {"after": after, "size": size}).all()
    return _Next(
        old=[row.message_id for row in found if row.created_at < limits.before],
        last=found[-1].message_id if found else after,
        is_complete=len(found) < size or found[-1].created_at >= limits.before,
    )


def remove_messages(connection: Connection, limits: Limits, *, position: Any, size: int) -> Removed:
    """Remove messages with their texts, attempts and deliveries."""
    following = _find(connection, _NEXT_MESSAGES, limits, position, size)
    values = {"ids": following.old, "before": limits.before}
    ids = connection.execute(_DELETE_MESSAGES, values).scalars().all()
    connection.execute(_DELETE_DIRECT, {"ids": ids})
    connection.execute(_DELETE_DELIVERIES, {"ids": ids})
    attempts = connection.execute(_DELETE_ATTEMPTS, {"ids": ids}).rowcount
    return Removed(
        rows={RetentionSubject.MESSAGES: len(ids), RetentionSubject.ATTEMPTS: attempts},
        position=following.last,
        is_complete=following.is_complete,
    )


def remove_texts(connection: Connection, limits: Limits, *, position: Any, size: int) -> Removed:
    """Remove texts."""
    following = _find(connection, _NEXT_TEXTS, limits, position, size)
    rows = connection.execute(_REMOVE_TEXTS, {"ids": following.old, "before": limits.before}).rowcount
    return Removed(rows={RetentionSubject.TEXTS: rows}, position=following.last, is_complete=following.is_complete)
