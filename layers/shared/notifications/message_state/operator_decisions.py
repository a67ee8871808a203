"""Apply decisions of an operator: retry failed messages, resend or give up messages of unknown outcome."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from notifications.contracts.enumerations import RetriedStatus
from notifications.contracts.reasons import PHRASES, Reason
from notifications.message_state.errors import error_if
from notifications.message_state.transition import CLIENT_DELETED, end_as, execute, transition

_PENDING_OR_CANCELLED = end_as("CASE WHEN p.client_deleted THEN 'cancelled' ELSE 'pending' END")
_WAITS_OR_ENDS = f"""
    status = {_PENDING_OR_CANCELLED}, since = :now, {error_if(("p.client_deleted", Reason.CLIENT_DELETED))}
"""

# A message that was given up may have been accepted: a call of it is a repeat then.
# Due and closed now, so that the next tick moves the message to the next opening of its time zone.
_RETRY = transition(
    pick=f"""
        SELECT id, status, {CLIENT_DELETED} AS client_deleted FROM message AS m
        WHERE mailing_id = :mailing_id AND status = ANY(CAST(:statuses AS text[]))
        ORDER BY id FOR UPDATE OF m
    """,
    change=f"""
        {_WAITS_OR_ENDS}, attempts = 0, due_at = :now, closes_at = :now,
        in_doubt = m.in_doubt OR NOT p.client_deleted AND m.last_error_code IS NOT DISTINCT FROM '{Reason.GIVEN_UP}'
    """,
    result="SELECT count(*) FILTER (WHERE status = 'pending') AS n FROM changed",
)


def retry(connection: Connection, mailing_id: int, statuses: Collection[RetriedStatus], *, now: datetime) -> int:
    """Put messages of a mailing that have one of the statuses back to `pending`; cancel those of deleted clients.

    Returns:
        The number of messages put back.
    """
    return int(execute(connection, _RETRY, mailing_id=mailing_id, statuses=list(statuses), now=now)[0].n)


_RESEND = transition(
    pick=f"""
        SELECT id, status, {CLIENT_DELETED} AS client_deleted FROM message AS m
        WHERE mailing_id = :mailing_id AND status = 'unknown'
          AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
        ORDER BY id FOR UPDATE OF m
    """,
    change=f"{_WAITS_OR_ENDS}, due_at = :now, closes_at = :now",
    result="SELECT id FROM changed",
)
_BEFORE = f"COALESCE(m.last_error, '{PHRASES[Reason.OUTCOME_UNKNOWN]}')"
_GIVE_UP = transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id = :mailing_id AND status = 'unknown'
          AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
        ORDER BY id FOR UPDATE
    """,
    change=f"""
        status = 'failed', since = :now, in_doubt = false,
        last_error = replace('{PHRASES[Reason.GIVEN_UP]}', '{{reason}}', {_BEFORE}),
        last_error_code = '{Reason.GIVEN_UP}',
        last_error_params = jsonb_build_object('reason', jsonb_build_object(
            'code', CASE WHEN m.last_error IS NULL THEN '{Reason.OUTCOME_UNKNOWN}' ELSE m.last_error_code END,
            'params', COALESCE(m.last_error_params, '{{}}'), 'text', {_BEFORE}))
    """,
    result="SELECT id FROM changed",
)


def resend(connection: Connection, mailing_id: int, ids: Sequence[int] | None, *, now: datetime) -> set[int]:
    """Put messages of unknown outcome back to `pending`, all of a mailing or some, and return their ids.

    Messages of deleted clients stay `unknown`, with that reason, and are returned with the others. All stay in doubt: a
    message is `sent` if the provider refuses the next call as a repeat.
    """
    return {row.id for row in execute(connection, _RESEND, mailing_id=mailing_id, ids=ids, now=now)}


def give_up(connection: Connection, mailing_id: int, ids: Sequence[int] | None, *, now: datetime) -> set[int]:
    """Fail messages of unknown outcome, all of a mailing or some, and return their ids. They are in doubt no more."""
    return {row.id for row in execute(connection, _GIVE_UP, mailing_id=mailing_id, ids=ids, now=now)}
