"""Steps that remove texts, attempts and messages of mailings that are over, mailing by mailing in the order of ids.

Statements lock the mailing, as a retry does, and skip one that is locked: it follows on the next day. Running counts
stay, since a deletion changes none.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, TextClause, text

from notifications.contracts.enumerations import OPEN_JOB_STATUSES, OPEN_STATUSES, RetentionSubject
from notifications.database.tables import sql_list
from notifications.jobs.retention.step import Limits, Removed

# Mailings of a chunk: most have many messages, and small ones share a chunk.
MAILINGS = 50

_FROM = "CASE WHEN mailing.id = :mailing_id THEN CAST(:after AS bigint) ELSE 0 END"
_OVER = f"""
    SELECT id FROM mailing
    WHERE id >= :mailing_id AND (status = 'finished' OR status = 'cancelled' AND settled) AND finished_at < :before
      AND NOT EXISTS (SELECT FROM job WHERE job.mailing_id = mailing.id AND job.status IN {sql_list(OPEN_JOB_STATUSES)})
      AND {{is_due}}
    ORDER BY id LIMIT :mailings FOR NO KEY UPDATE SKIP LOCKED
"""
# Where a chunk continues, deleted rows lie before the position: an index scan from the beginning would read them all.
_WITH_MESSAGES = text(
    _OVER.format(
        is_due=f"""EXISTS (
            SELECT FROM message AS m
            WHERE (m.mailing_id, m.id) > (mailing.id, {_FROM}) AND m.mailing_id <= mailing.id
        )"""
    )
)
# A mailing that was retried has new rows, and one on which an unfinished job has begun may have old ones.
_DUE = "({column} IS NULL OR {column} <= finished_at OR {column} >= :since)"
# A range in the order of its index: with an equality, PostgreSQL may scan the primary key through all mailings.
_MESSAGES = text(f"""
    SELECT id FROM message
    WHERE (mailing_id, id) > (:mailing_id, :after) AND mailing_id <= :mailing_id
      AND since < :before AND status NOT IN {sql_list(OPEN_STATUSES)}
    ORDER BY mailing_id, id LIMIT :size
""")
_DELETE_MESSAGES = text("DELETE FROM message WHERE id = ANY(CAST(:ids AS bigint[])) RETURNING mailing_id")
_DELETE = {
    RetentionSubject.TEXTS: text("DELETE FROM sent_text WHERE message_id = ANY(CAST(:ids AS bigint[]))"),
    RetentionSubject.ATTEMPTS: text("DELETE FROM attempt WHERE message_id = ANY(CAST(:ids AS bigint[]))"),
}
_DELETE_DELIVERIES = text("DELETE FROM delivery WHERE message_id = ANY(CAST(:ids AS bigint[]))")
_MARK_MESSAGES = text("""
    UPDATE mailing SET messages_removed_at = :now
    WHERE id = ANY(CAST(:ids AS bigint[])) AND messages_removed_at IS NULL
""")


def _over_by(column: str) -> TextClause:
    return text(_OVER.format(is_due=_DUE.format(column=column)))


def _mark_by(column: str) -> TextClause:
    # Not by each chunk of a large mailing.
    return text(f"""
        UPDATE mailing SET {column} = :now
        WHERE id = ANY(CAST(:ids AS bigint[])) AND ({column} IS NULL OR {column} <= finished_at)
    """)


_DETAILS = {
    RetentionSubject.TEXTS: (_over_by("texts_removed_at"), _mark_by("texts_removed_at")),
    RetentionSubject.ATTEMPTS: (_over_by("attempts_removed_at"), _mark_by("attempts_removed_at")),
}


class _Chunk:
    """Messages of a chunk, taken from one mailing after the other.

    Attributes:
        ids: ids of the messages.
        visited: ids of the mailings that the chunk has come to.
        position: where the next chunk continues: mailing, and the message after which it does.
        is_complete: True if no mailing is left.
    """

    def __init__(self, connection: Connection, limits: Limits, over: TextClause, position: Any, size: int) -> None:
        self.ids: list[int] = []
        self.visited: list[int] = []
        self.position: Sequence[int] = position or (0, 0)
        self._connection = connection
        self._limits = limits
        found = self._find(over)
        self.is_complete = self._take(found, size) and len(found) < MAILINGS

    def _find(self, over: TextClause) -> Sequence[int]:
        mailing_id, after = self.position
        values = {"mailing_id": mailing_id, "after": after, "mailings": MAILINGS, "since": self._limits.since}
        return self._connection.execute(over, {**values, "before": self._limits.before}).scalars().all()

    def _take(self, mailings: Sequence[int], size: int) -> bool:
        """Take at most `size` messages. Return True if these are all of the mailings."""
        for each in mailings:
            room = size - len(self.ids)
            if room <= 0:
                return False
            start, after = self.position
            values = {"mailing_id": each, "after": after if each == start else 0, "size": room}
            ids = self._connection.execute(_MESSAGES, {**values, "before": self._limits.before}).scalars().all()
            self.ids += ids
            self.visited.append(each)
            if len(ids) == room:
                self.position = (each, ids[-1])
                return False
            self.position = (each + 1, 0)
        return True


def remove_messages(connection: Connection, limits: Limits, *, position: Any, size: int) -> Removed:
    """Remove messages with their attempts, texts and deliveries, and mark their mailings."""
    chunk = _Chunk(connection, limits, _WITH_MESSAGES, position, size)
    mailings = connection.execute(_DELETE_MESSAGES, {"ids": chunk.ids}).scalars().all()
    rows = {subject: connection.execute(delete, {"ids": chunk.ids}).rowcount for subject, delete in _DELETE.items()}
    connection.execute(_DELETE_DELIVERIES, {"ids": chunk.ids})
    connection.execute(_MARK_MESSAGES, {"ids": sorted(set(mailings)), "now": limits.now})
    return Removed(
        rows={**rows, RetentionSubject.MESSAGES: len(mailings)}, position=chunk.position, is_complete=chunk.is_complete
    )


def remove_texts(connection: Connection, limits: Limits, *, position: Any, size: int) -> Removed:
    """Remove texts as they were sent."""
    return _remove_details(RetentionSubject.TEXTS, connection, limits, position, size)


def remove_attempts(connection: Connection, limits: Limits, *, position: Any, size: int) -> Removed:
    """Remove attempts."""
    return _remove_details(RetentionSubject.ATTEMPTS, connection, limits, position, size)


def _remove_details(
    subject: RetentionSubject, connection: Connection, limits: Limits, position: Any, size: int
) -> Removed:
    over, mark = _DETAILS[subject]
    chunk = _Chunk(connection, limits, over, position, size)
    rows = connection.execute(_DELETE[subject], {"ids": chunk.ids}).rowcount
    connection.execute(mark, {"ids": chunk.visited, "now": limits.now})
    return Removed(rows={subject: rows}, position=chunk.position, is_complete=chunk.is_complete)
