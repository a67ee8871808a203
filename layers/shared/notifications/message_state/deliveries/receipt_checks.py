"""Checks of ended mailings for sent messages without receipts, in chunks by message id: they become `unconfirmed`.

A mailing is checked once after each of its ends, when the time for receipts is over. Messages outside mailings are
checked in the order of their ids, under the key `OUTSIDE_MAILINGS`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from notifications.message_state.deliveries.applying import mark_unconfirmed

# Checks that are this late are left out, so that mailings from before receipts were expected stay as they are.
CHECKED_FOR = timedelta(days=7)
OUTSIDE_MAILINGS = 0

_NEXT_MAILING = text("""
    SELECT mailing.id, mailing.finished_at, COALESCE(done.position, 0) AS position
    FROM mailing
    LEFT JOIN receipt_check AS done ON done.mailing_id = mailing.id AND done.finished_at = mailing.finished_at
    WHERE mailing.finished_at > :first AND mailing.finished_at <= :last AND done.is_complete IS NOT TRUE
    ORDER BY mailing.finished_at LIMIT 1
""")
_CHUNK = """
    WITH chunk AS MATERIALIZED ({chunk})
    SELECT count(*) AS messages, max(id) AS last,
           COALESCE(array_agg(id) FILTER (WHERE is_sent AND NOT EXISTS (
               SELECT FROM delivery WHERE message_id = id
           )), '{{}}') AS unconfirmed
    FROM chunk
"""
# A range, since with an equality PostgreSQL may scan the primary key through the messages of all mailings.
_OF_MAILING = text(
    _CHUNK.format(
        chunk="""
    SELECT id, status = 'sent' AS is_sent FROM message
    WHERE mailing_id BETWEEN :mailing_id AND :mailing_id AND id > :position
    ORDER BY mailing_id, id LIMIT :at_most
"""
    )
)
_OUTSIDE = text(
    _CHUNK.format(
        chunk="""
    SELECT message_id AS id, message.status = 'sent' AND created_at > :first AS is_sent
    FROM (
        SELECT message_id, created_at FROM direct_message WHERE message_id > :position
        ORDER BY message_id LIMIT :at_most
    ) AS direct JOIN message ON message.id = message_id
    WHERE created_at <= :last
"""
    )
)
_POSITION = text("SELECT position FROM receipt_check WHERE mailing_id = :mailing_id")
_SAVE = text("""
    INSERT INTO receipt_check (mailing_id, finished_at, position, is_complete)
    VALUES (:mailing_id, :finished_at, :position, :is_complete)
    ON CONFLICT (mailing_id) DO UPDATE
    SET finished_at = excluded.finished_at, position = excluded.position, is_complete = excluded.is_complete
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Settings of the checks.

    Attributes:
        provider: name under which unconfirmed messages are counted.
        wait: time after which a message without a receipt is unconfirmed.
        at_most: messages of a chunk.
    """

    provider: str
    wait: timedelta
    at_most: int = 20_000


def check_mailing(connection: Connection, check: Check, *, now: datetime) -> int:
    """Check a chunk of the mailing that ended first, and return the number of unconfirmed messages."""
    last = now - check.wait
    found = connection.execute(_NEXT_MAILING, {"first": last - CHECKED_FOR, "last": last}).one_or_none()
    if found is None:
        return 0
    values = {"mailing_id": found.id, "position": found.position, "at_most": check.at_most}
    chunk = connection.execute(_OF_MAILING, values).one()
    marked = mark_unconfirmed(connection, chunk.unconfirmed, provider=check.provider, now=now)
    values |= {"position": chunk.last or found.position, "is_complete": chunk.messages < check.at_most}
    connection.execute(_SAVE, {**values, "finished_at": found.finished_at})
    return marked


def check_outside_mailings(connection: Connection, check: Check, *, now: datetime) -> int:
    """Check a chunk of the messages outside mailings, and return the number of unconfirmed ones."""
    last = now - check.wait
    values = {"mailing_id": OUTSIDE_MAILINGS, "at_most": check.at_most, "first": last - CHECKED_FOR, "last": last}
    position = connection.execute(_POSITION, values).scalar_one_or_none() or 0
    chunk = connection.execute(_OUTSIDE, {**values, "position": position}).one()
    if chunk.last is None:
        return 0
    marked = mark_unconfirmed(connection, chunk.unconfirmed, provider=check.provider, now=now)
    connection.execute(_SAVE, {**values, "position": chunk.last, "finished_at": None, "is_complete": False})
    return marked
