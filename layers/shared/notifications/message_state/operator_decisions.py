"""Apply decisions of an operator: retry failed messages, resend or give up messages of unknown outcome."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from notifications.contracts.enumerations import UNSENT_STATUSES, MessageStatus, RetriedStatus
from notifications.contracts.reasons import PHRASES, Reason
from notifications.database.tables import sql_list
from notifications.message_state.errors import error_if
from notifications.message_state.transition import CLIENT_DELETED, end_as, execute, transition

# The condition of the index, which the planner cannot derive from a list of values.
_IN_INDEX = f"message.status IN {sql_list(UNSENT_STATUSES)}"
_ENDED = text(f"""
    SELECT found.id FROM unnest(CAST(:statuses AS text[])) AS wanted (status)
    CROSS JOIN LATERAL (
        SELECT id FROM message
        WHERE mailing_id = :mailing_id AND message.status = wanted.status AND id > :after AND id <= :until
          AND {_IN_INDEX} AND (CAST(:ended_by AS timestamptz) IS NULL OR since <= :ended_by)
        ORDER BY id LIMIT :at_most
    ) AS found
    ORDER BY found.id LIMIT :at_most
""")
_LAST_ENDED = text(f"""
    SELECT max(found.id) FROM unnest(CAST(:statuses AS text[])) AS wanted (status)
    CROSS JOIN LATERAL (
        SELECT max(id) AS id FROM message
        WHERE mailing_id = :mailing_id AND message.status = wanted.status AND {_IN_INDEX}
    ) AS found
""")


def last_ended(connection: Connection, mailing_id: int, statuses: Collection[MessageStatus]) -> int:
    """Return the greatest id of a mailing's messages that have one of the ended statuses; 0 if there is none."""
    values = {"mailing_id": mailing_id, "statuses": list(statuses)}
    return connection.execute(_LAST_ENDED, values).scalar_one() or 0


def ended(
    connection: Connection,
    mailing_id: int,
    statuses: Collection[MessageStatus],
    *,
    after: int,
    until: int,
    at_most: int,
    ended_by: datetime | None = None,
) -> Sequence[int]:
    """Return the first ids in `(after, until]` of a mailing's messages that have one of the ended statuses.

    Args:
        ended_by: only messages that have the status since this time or an earlier one; None for all.
    """
    values = {
        "mailing_id": mailing_id,
        "statuses": list(statuses),
        "after": after,
        "until": until,
        "at_most": at_most,
        "ended_by": ended_by,
    }
    return connection.execute(_ENDED, values).scalars().all()


def _decision(change: str) -> TextClause:
    return transition(
        pick=f"""
            SELECT id, status, {CLIENT_DELETED} AS client_deleted FROM message AS m
            WHERE id = ANY(CAST(:ids AS bigint[])) AND mailing_id = :mailing_id
              AND status = ANY(CAST(:statuses AS text[]))
            ORDER BY id FOR UPDATE OF m
        """,
        change=change,
        result="SELECT id, status FROM changed",
    )


_PENDING_OR_CANCELLED = end_as("CASE WHEN p.client_deleted THEN 'cancelled' ELSE 'pending' END")
_WAITS_OR_ENDS = f"""
    status = {_PENDING_OR_CANCELLED}, since = :now, {error_if(("p.client_deleted", Reason.CLIENT_DELETED))}
"""
_BEFORE = f"COALESCE(m.last_error, '{PHRASES[Reason.OUTCOME_UNKNOWN]}')"
# A message that was given up may have been accepted: a call of it is a repeat then.
# An operator who has read that the provider of a message in doubt is gone sends the message by another one.
_PROVIDER = f"""
    provider = CASE WHEN m.last_error_params #>> '{{reason,code}}' = '{Reason.PROVIDER_REMOVED}' THEN NULL
        ELSE m.provider END
"""
# Due and closed now, so that the next tick moves the message to the next opening of its time zone.
_RETRY = _decision(f"""
    {_WAITS_OR_ENDS}, {_PROVIDER}, attempts = 0, due_at = :now, closes_at = :now,
    in_doubt = m.in_doubt OR NOT p.client_deleted AND m.last_error_code IS NOT DISTINCT FROM '{Reason.GIVEN_UP}'
""")
_RESEND = _decision(f"{_WAITS_OR_ENDS}, {_PROVIDER}, due_at = :now, closes_at = :now")
_GIVE_UP = _decision(f"""
    status = 'failed', since = :now, in_doubt = false,
    last_error = replace('{PHRASES[Reason.GIVEN_UP]}', '{{reason}}', {_BEFORE}),
    last_error_code = '{Reason.GIVEN_UP}',
    last_error_params = jsonb_build_object('reason', jsonb_build_object(
        'code', CASE WHEN m.last_error IS NULL THEN '{Reason.OUTCOME_UNKNOWN}' ELSE m.last_error_code END,
        'params', COALESCE(m.last_error_params, '{{}}'), 'text', {_BEFORE}))
""")

_UNKNOWN = [MessageStatus.UNKNOWN]

# The new status by message id.
type Decided = dict[int, MessageStatus]


def retry(
    connection: Connection, mailing_id: int, statuses: Collection[RetriedStatus], ids: Sequence[int], *, now: datetime
) -> Decided:
    """Put messages that have one of the statuses back to `pending`; cancel those of deleted clients."""
    return _read(execute(connection, _RETRY, mailing_id=mailing_id, statuses=list(statuses), ids=list(ids), now=now))


def resend(connection: Connection, mailing_id: int, ids: Sequence[int], *, now: datetime) -> Decided:
    """Put messages of unknown outcome back to `pending`.

    Messages of deleted clients stay `unknown`, with that reason. All stay in doubt: a message is `sent` if the provider
    refuses the next call as a repeat. If their provider is no longer configured, another one is called.
    """
    return _read(execute(connection, _RESEND, mailing_id=mailing_id, statuses=_UNKNOWN, ids=list(ids), now=now))


def give_up(connection: Connection, mailing_id: int, ids: Sequence[int], *, now: datetime) -> Decided:
    """Fail messages of unknown outcome. They are in doubt no more."""
    return _read(execute(connection, _GIVE_UP, mailing_id=mailing_id, statuses=_UNKNOWN, ids=list(ids), now=now))


def _read(rows: Sequence[Row[Any]]) -> Decided:
    return {row.id: MessageStatus(row.status) for row in rows}
