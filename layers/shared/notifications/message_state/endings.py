"""Expire, cancel and suppress waiting messages without calling the provider. Those in doubt become `unknown`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from notifications.contracts.reasons import Reason
from notifications.message_state.errors import error_if
from notifications.message_state.transition import OPTED_OUT, end_as, execute, transition

_EXPIRED = end_as("'expired'")
_CANCELLED = end_as("'cancelled'")
_SUPPRESSED = end_as("'suppressed'")

_EXPIRE = transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id = :mailing_id AND status IN ('pending', 'queued')
        LIMIT CAST(:at_most AS bigint) FOR UPDATE SKIP LOCKED
    """,
    change=f"status = {_EXPIRED}, since = :now, {error_if(('m.last_error IS NULL', Reason.MAILING_ENDED))}",
    result="SELECT count(*) AS n FROM changed",
)


# Messages outside mailings have no send window and close when they end.
_EXPIRE_DIRECT = transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id IS NULL AND status = 'pending' AND closes_at <= :now
        LIMIT :at_most FOR UPDATE SKIP LOCKED
    """,
    change=f"status = {_EXPIRED}, since = :now, {error_if(('m.last_error IS NULL', Reason.NOT_SENT_IN_TIME))}",
    result="SELECT count(*) AS n FROM changed",
)


def expire(connection: Connection, mailing_id: int | None, *, now: datetime, at_most: int | None) -> int:
    """Expire waiting messages of a mailing that is over, or messages outside mailings that have reached their end.

    Args:
        mailing_id: None for messages outside mailings.
        at_most: None for all.

    Returns:
        The number of messages; fewer than `at_most` means all.
    """
    if mailing_id is None:
        return int(execute(connection, _EXPIRE_DIRECT, now=now, at_most=at_most)[0].n)
    return int(execute(connection, _EXPIRE, mailing_id=mailing_id, now=now, at_most=at_most)[0].n)


_CANCEL_FOR_CLIENTS = transition(
    pick="""
        SELECT id, status FROM message
        WHERE client_id = ANY(CAST(:client_ids AS bigint[])) AND status IN ('pending', 'queued')
        ORDER BY id FOR UPDATE
    """,
    change=f"status = {_CANCELLED}, since = :now, {error_if(('true', Reason.CLIENT_DELETED))}",
    result="SELECT id FROM changed",
)


def cancel_for_clients(connection: Connection, client_ids: Sequence[int], *, now: datetime) -> None:
    """Cancel the waiting messages of clients who are about to be deleted."""
    execute(connection, _CANCEL_FOR_CLIENTS, client_ids=list(client_ids), now=now)


_CANCEL = transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id = :mailing_id AND status IN ('pending', 'queued')
        LIMIT :at_most FOR UPDATE SKIP LOCKED
    """,
    change=f"status = {_CANCELLED}, since = :now, {error_if(('true', Reason.MAILING_CANCELLED))}",
    result="SELECT count(*) AS n FROM changed",
)


def cancel(connection: Connection, mailing_id: int, *, now: datetime, at_most: int) -> int:
    """Cancel the waiting messages of a cancelled mailing.

    Returns:
        The number of messages; fewer than `at_most` means all.
    """
    return int(execute(connection, _CANCEL, mailing_id=mailing_id, now=now, at_most=at_most)[0].n)


_HOLD = transition(
    pick="""
        SELECT id, status FROM message
        WHERE mailing_id = :mailing_id AND status IN ('pending', 'queued') AND in_doubt
        ORDER BY id FOR UPDATE
    """,
    change="status = 'unknown', since = :now",
    result="SELECT count(*) AS n FROM changed",
)


def hold(connection: Connection, mailing_id: int, *, now: datetime) -> int:
    """Make the waiting messages in doubt of a mailing `unknown`, and return their number."""
    return int(execute(connection, _HOLD, mailing_id=mailing_id, now=now)[0].n)


_SUPPRESS = transition(
    pick=f"""
        SELECT m.id, m.status
        FROM (
            SELECT message.id, client.phone FROM client JOIN message ON message.client_id = client.id
            WHERE client.phone = ANY(CAST(:phones AS text[]))
            UNION ALL
            SELECT message_id, phone FROM direct_message WHERE phone = ANY(CAST(:phones AS text[]))
        ) AS own
        JOIN opt_out ON opt_out.phone = own.phone
        JOIN message AS m ON m.id = own.id
        LEFT JOIN mailing ON mailing.id = m.mailing_id
        LEFT JOIN direct_message AS direct ON direct.message_id = m.id
        WHERE m.status IN ('pending', 'queued') AND {OPTED_OUT}
        ORDER BY m.id FOR UPDATE OF m
    """,
    change=f"status = {_SUPPRESSED}, since = :now, {error_if(('true', Reason.OPTED_OUT))}",
    result="SELECT id FROM changed",
)


def suppress(connection: Connection, phones: Sequence[str], *, now: datetime) -> int:
    """Suppress the waiting messages of people whose opt-outs have been committed.

    It waits for claims that began before that commit. Those that begin later read the opt-outs themselves, so that no
    claim commits after this transaction.

    Returns:
        The number of messages.
    """
    return len(execute(connection, _SUPPRESS, phones=list(phones), now=now))


_END_ERASED = transition(
    pick="""
        SELECT id, status, status IN ('sending', 'unknown') OR in_doubt AS doubtful FROM message
        WHERE id = ANY(CAST(:ids AS bigint[])) AND status IN ('pending', 'queued', 'sending', 'unknown')
        ORDER BY id FOR UPDATE
    """,
    change=f"""
        status = {end_as("'suppressed'", in_doubt="p.doubtful")}, lease_until = NULL, in_doubt = p.doubtful,
        since = CASE p.status WHEN 'unknown' THEN m.since ELSE :now END,
        {error_if(("true", Reason.CLIENT_ERASED), in_doubt="p.doubtful")}
    """,
    result="SELECT id FROM changed",
)


def end_erased(connection: Connection, ids: Sequence[int], *, now: datetime) -> int:
    """Suppress the open messages of a person whose data is being erased. Those being sent become `unknown`.

    Those of unknown outcome stay so, and tell that they cannot be sent again.

    The outcome of a call under way then comes too late to be recorded: it would bring back the text or the provider's
    words.

    Returns:
        The number of messages.
    """
    return len(execute(connection, _END_ERASED, ids=list(ids), now=now))
