"""Messages of a restored database that may have been sent since the copy was made."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, TextClause

from notifications.contracts.reasons import Cause
from notifications.message_state.transition import execute, transition


def _doubt(pick: str) -> TextClause:
    return transition(
        pick=pick,
        change="""
            status = 'unknown', since = :now, lease_until = NULL, in_doubt = true,
            last_error = :error, last_error_code = :error_code, last_error_params = CAST(:error_params AS jsonb)
        """,
        result="SELECT count(*) AS n, max(id) AS last_id FROM changed",
    )


# A due time of an older schedule says nothing of when the message went.
_MARK_UNKNOWN = _doubt("""
    SELECT m.id, m.status FROM message AS m JOIN mailing ON mailing.id = m.mailing_id
    WHERE m.mailing_id = :mailing_id AND m.id > :after AND m.status IN ('pending', 'queued', 'sending')
      AND (m.due_at <= :now OR m.schedule_version <> mailing.schedule_version)
    ORDER BY m.id LIMIT :at_most FOR UPDATE OF m
""")
_DOUBT_DIRECT = _doubt("""
    SELECT id, status FROM message
    WHERE mailing_id IS NULL AND id > :after AND status IN ('pending', 'queued', 'sending') AND due_at <= :now
    ORDER BY id LIMIT :at_most FOR UPDATE
""")


def mark_unknown(
    connection: Connection, mailing_id: int | None, *, after: int, now: datetime, why: Cause, at_most: int
) -> Row[Any]:
    """Make open messages that were due by now `unknown`: they may have been sent.

    Args:
        mailing_id: None for messages outside mailings.
        after: only messages with a greater id.

    Returns:
        `(n, last_id)`: the number of messages and their greatest id, None if there were none.
    """
    values = {"after": after, "now": now, "at_most": at_most}
    values |= {"error": why.text, "error_code": why.code, "error_params": json.dumps(why.params)}
    if mailing_id is None:
        return execute(connection, _DOUBT_DIRECT, **values)[0]
    return execute(connection, _MARK_UNKNOWN, mailing_id=mailing_id, **values)[0]
