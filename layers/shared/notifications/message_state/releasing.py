"""Release due messages to the queue, and return messages from the queue to `pending`."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, TextClause, text

from notifications.message_state.transition import execute, transition


def _release(pick: str) -> TextClause:
    return transition(
        pick=pick,
        change="status = 'queued', since = :now, sendable_at = NULL",
        result="""
            SELECT id, CAST(extract(epoch FROM due_at) * 1000000 AS bigint) AS due_at
            FROM changed ORDER BY closes_at, changed.due_at, id
        """,
        key="ctid",
    )


# Earliest-deadline first. There are few distinct closing times (one a zone), so the recursion finds them by index and
# selects the due rows of each: the cost depends on the number of released messages, not of waiting ones.
_RELEASE = _release("""
    WITH RECURSIVE closing (closes_at) AS (
        SELECT min(closes_at) FROM message
        WHERE mailing_id = :mailing_id AND status = 'pending' AND closes_at > :now
        UNION ALL
        SELECT (
            SELECT min(m.closes_at) FROM message AS m
            WHERE m.mailing_id = :mailing_id AND m.status = 'pending' AND m.closes_at > closing.closes_at
        )
        FROM closing WHERE closing.closes_at IS NOT NULL
    )
    SELECT due.ctid, due.status FROM closing CROSS JOIN LATERAL (
        SELECT ctid, status FROM message
        WHERE mailing_id = :mailing_id AND status = 'pending'
          AND closes_at = closing.closes_at AND due_at < :due_before
        ORDER BY due_at LIMIT :at_most
        FOR UPDATE SKIP LOCKED
    ) AS due
    LIMIT :at_most
""")
# Messages outside mailings are due at once, so nearly all that are waiting are due.
_RELEASE_DIRECT = _release("""
    SELECT ctid, status FROM message
    WHERE mailing_id IS NULL AND status = 'pending' AND closes_at > :now AND due_at < :due_before
    ORDER BY closes_at, due_at LIMIT :at_most
    FOR UPDATE SKIP LOCKED
""")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Due(NamedTuple):
    """A released message with its due time."""

    id: int
    due_at: datetime


def release(
    connection: Connection, mailing_id: int | None, *, now: datetime, due_before: datetime, at_most: int
) -> list[Due]:
    """Make due messages `queued`, earliest end of the send window first.

    Args:
        mailing_id: None for messages outside mailings.

    Returns:
        The messages in the order in which they are to be sent.
    """
    values = {"now": now, "due_before": due_before, "at_most": at_most}
    if mailing_id is None:
        rows = execute(connection, _RELEASE_DIRECT, **values)
    else:
        rows = execute(connection, _RELEASE, mailing_id=mailing_id, **values)
    # Microseconds: the driver takes longer to parse a timestamp than the rest of the row.
    return [Due(row.id, _EPOCH + timedelta(microseconds=row.due_at)) for row in rows]


_WITH_DUE = text("""
    SELECT mailing_id FROM unnest(CAST(:mailing_ids AS bigint[])) AS mailings (mailing_id)
    WHERE EXISTS (
        WITH RECURSIVE closing (closes_at) AS (
            SELECT min(closes_at) FROM message
            WHERE mailing_id = mailings.mailing_id AND status = 'pending' AND closes_at > :now
            UNION ALL
            SELECT (
                SELECT min(m.closes_at) FROM message AS m
                WHERE m.mailing_id = mailings.mailing_id AND m.status = 'pending' AND m.closes_at > closing.closes_at
            )
            FROM closing WHERE closing.closes_at IS NOT NULL
        )
        SELECT FROM closing WHERE EXISTS (
            SELECT FROM message
            WHERE mailing_id = mailings.mailing_id AND status = 'pending'
              AND closes_at = closing.closes_at AND due_at < :due_before
        )
    )
""")
_UNDER_WAY = text("""
    SELECT EXISTS (SELECT FROM message WHERE status IN ('queued', 'sending')) OR EXISTS (
        SELECT FROM message
        WHERE mailing_id IS NULL AND status = 'pending' AND closes_at > :now AND due_at < :due_before
    )
""")


def with_due(connection: Connection, mailing_ids: Iterable[int], *, now: datetime, due_before: datetime) -> set[int]:
    """Return those of the mailings that have messages to release."""
    values = {"mailing_ids": list(mailing_ids), "now": now, "due_before": due_before}
    return set(connection.execute(_WITH_DUE, values).scalars())


def are_under_way(connection: Connection, *, now: datetime, due_before: datetime) -> bool:
    """Return True if messages are on the queue or with a sender, or messages outside mailings are due."""
    return bool(connection.execute(_UNDER_WAY, {"now": now, "due_before": due_before}).scalar_one())


_SET_SENDABLE = text("""
    UPDATE message SET sendable_at = new.sendable_at
    FROM unnest(CAST(:ids AS bigint[]), CAST(:sendable_at AS timestamptz[])) AS new (id, sendable_at)
    WHERE message.id = new.id
""")


def set_sendable(connection: Connection, sendable_at: Mapping[int, datetime]) -> None:
    """Set the time from which released messages are late, by id, in the transaction that releases them."""
    values = {"ids": list(sendable_at), "sendable_at": list(sendable_at.values())}
    connection.execute(_SET_SENDABLE, values)


def put_back(connection: Connection, ids: Iterable[int], *, now: datetime) -> None:
    """Return messages that the queue refused to `pending`."""
    execute(connection, _PUT_BACK, ids=list(ids), now=now)


_PUT_BACK = transition(
    pick="""
        SELECT id, status FROM message WHERE id = ANY(CAST(:ids AS bigint[])) AND status = 'queued'
        ORDER BY id FOR UPDATE
    """,
    change="status = 'pending', since = :now",
    result="SELECT count(*) FROM changed",
)


_POSTPONE = transition(
    pick="""
        SELECT m.id, m.status, held.until FROM message AS m
        JOIN unnest(CAST(:ids AS bigint[]), CAST(:until AS timestamptz[])) AS held (id, until) ON held.id = m.id
        WHERE m.status = 'queued'
        FOR UPDATE OF m SKIP LOCKED
    """,
    change="status = 'pending', since = :now, due_at = GREATEST(m.due_at, p.until)",
    result="SELECT count(*) AS n FROM changed",
)


def postpone(connection: Connection, until: Mapping[int, datetime], *, now: datetime) -> int:
    """Return queued messages to `pending` with later due times, without using up an attempt.

    The dispatcher moves messages whose send window closes before that time to their next opening.

    Args:
        until: the earliest due times by message id.

    Returns:
        The number of messages.
    """
    rows = execute(connection, _POSTPONE, ids=list(until), until=list(until.values()), now=now)
    return int(rows[0].n)


_BRING_FORWARD = transition(
    pick="""
        SELECT id, status FROM message
        WHERE status = 'pending' AND due_at = ANY(CAST(:until AS timestamptz[])) AND due_at > :now
        FOR UPDATE SKIP LOCKED
    """,
    change="due_at = :now",
    result="SELECT count(*) AS n FROM changed",
)


def bring_forward(connection: Connection, until: Iterable[datetime], *, now: datetime) -> int:
    """Make messages due now that were postponed until exactly one of these times.

    Returns:
        The number of messages.
    """
    return int(execute(connection, _BRING_FORWARD, until=list(until), now=now)[0].n)
