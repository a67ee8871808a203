"""Mark messages of a restored database `unknown` that may have been sent since the backup."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, TextClause

from notifications.contracts.reasons import Cause
from notifications.message_state.transition import execute, transition


@dataclass(frozen=True, slots=True)
class MarkedUnknown:
    """Number of messages that one call has marked, and their greatest id: None if there were none."""

    messages: int
    last_id: int | None


def _mark_unknown(pick: str) -> TextClause:
    return transition(
        pick=pick,
        change="""
            status = 'unknown', since = :now, lease_until = NULL, in_doubt = true,
            last_error = :error, last_error_code = :error_code, last_error_params = CAST(:error_params AS jsonb)
        """,
        result="SELECT count(*) AS messages, max(id) AS last_id FROM changed",
    )


# With a due time of an older schedule, the message may have been sent at any time.
_MARK_UNKNOWN = _mark_unknown("""
    SELECT m.id, m.status FROM message AS m JOIN mailing ON mailing.id = m.mailing_id
    WHERE m.mailing_id = :mailing_id AND m.id > :after AND m.status IN ('pending', 'queued', 'sending')
      AND (m.due_at <= :now OR m.schedule_version <> mailing.schedule_version)
    ORDER BY m.id LIMIT :at_most FOR UPDATE OF m
""")
_MARK_DIRECT_UNKNOWN = _mark_unknown("""
    SELECT id, status FROM message
    WHERE mailing_id IS NULL AND id > :after AND status IN ('pending', 'queued', 'sending') AND due_at <= :now
    ORDER BY id LIMIT :at_most FOR UPDATE
""")


def mark_unknown(
    connection: Connection, mailing_id: int | None, *, after: int, now: datetime, why: Cause, at_most: int
) -> MarkedUnknown:
    """Mark open messages that were due by now as `unknown`: they may have been sent.

    Args:
        mailing_id: None for messages outside mailings.
        after: only messages with a greater id are marked.
        why: the cause, stored as the messages' last error.
    """
    values = {"after": after, "now": now, "at_most": at_most}
    values |= {"error": why.text, "error_code": why.code, "error_params": json.dumps(why.params)}
    if mailing_id is None:
        (row,) = execute(connection, _MARK_DIRECT_UNKNOWN, **values)
    else:
        (row,) = execute(connection, _MARK_UNKNOWN, mailing_id=mailing_id, **values)
    return MarkedUnknown(row.messages, row.last_id)
