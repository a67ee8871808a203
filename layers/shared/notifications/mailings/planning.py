"""Planning of mailings: from an audience and its send windows to messages with due times."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    CTE,
    Boolean,
    Connection,
    DateTime,
    TableValuedAlias,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from notifications import message_state
from notifications.clients.audience import filters
from notifications.clients.opt_outs import repository as opt_outs
from notifications.clients.phones import NO_OPERATOR_CODE
from notifications.contracts.enumerations import MailingStatus, MessageStatus
from notifications.contracts.reasons import PHRASES, Reason
from notifications.database.tables import client, mailing, message, opt_out
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing, MailingSettings
from notifications.message_state import Openings
from notifications.schedules.send_windows import next_opening


def openings(settings: MailingSettings, zones: Iterable[str], *, after: datetime) -> Openings:
    """Return a mailing's next opening at or after a time by time zone; None for a zone without one."""
    return {zone: next_opening(after, zone, settings.send_window, settings.ends_at) for zone in zones}


def begin(connection: Connection, mailing_id: int) -> None:
    """Fix the audience of a mailing to the clients that exist now, and make it `running`."""
    connection.execute(
        update(mailing)
        .where(mailing.c.id == mailing_id, mailing.c.plan_until.is_(None))
        .values(
            status=MailingStatus.RUNNING, plan_until=select(func.coalesce(func.max(client.c.id), 0)).scalar_subquery()
        )
    )


def plan_chunk(connection: Connection, row: Mailing, *, now: datetime, size: int) -> int:
    """Write message rows for the next clients of a mailing's audience and save the position, in one transaction.

    Args:
        row: the mailing, begun and locked.
        size: largest number of clients.

    Returns:
        The number of messages written. The mailing's `planned_at` is set when the audience is complete.
    """
    chunk = _next_clients(connection, row, size)
    found = openings(row, filters.client_timezones(connection), after=max(now, row.starts_at))
    clients, last_id, counts = _write(connection, chunk, _insert(row, chunk, found, now))
    message_state.count(connection, row.id, counts)
    complete = clients < size
    connection.execute(
        update(mailing)
        .where(mailing.c.id == row.id)
        .values(plan_position=row.plan_until if complete else last_id, planned_at=now if complete else None)
    )
    return sum(counts.values())


def _next_clients(connection: Connection, row: Mailing, size: int) -> CTE:
    matching = filters.conditions(connection, tags=row.filter_tags, operator_codes=row.filter_operator_codes)
    return (
        select(client.c.id, client.c.timezone, client.c.operator_code, opt_out.c.phone.is_not(None).label("opted_out"))
        .select_from(client.outerjoin(opt_out, opt_outs.applies(row.category) & (opt_out.c.phone == client.c.phone)))
        .where(client.c.id > row.plan_position, client.c.id <= row.plan_until, *matching)
        .order_by(client.c.id)
        .limit(size)
        .cte("chunk")
    )


def _write(connection: Connection, chunk: CTE, insertion: Insert) -> tuple[int, int | None, dict[str, int]]:
    """Read clients and write messages in one statement.

    Returns:
        The number of clients, the last one's id, and the number of messages by status.
    """
    inserted = insertion.returning(message.c.status).cte("inserted")
    read = select(func.count().label("clients"), func.max(chunk.c.id).label("last_id")).subquery("read")
    written = select(inserted.c.status, func.count().label("n")).group_by(inserted.c.status).subquery("written")
    rows = connection.execute(select(read, written).select_from(read.outerjoin(written, true()))).all()
    return rows[0].clients, rows[0].last_id, {row.status: row.n for row in rows if row.status}


def _insert(row: Mailing, chunk: CTE, found: Openings, now: datetime) -> Insert:
    """Build the INSERT of a chunk's messages. None exists yet: position and rows are saved under the mailing's lock."""
    # `found` lacks zones that clients have got since. Their messages are planned as closed, and the next tick reopens
    # them.
    zone = _zone_table(found)
    known_shut = zone.c.timezone.is_not(None) & ~zone.c.opens
    never_sent = chunk.c.opted_out | known_shut
    suppressed, shut = Reason.OPTED_OUT, Reason.WINDOW_NEVER_OPENS
    rows = (
        select(
            literal(row.id),
            chunk.c.id,
            literal(row.schedule_version),
            case(
                (chunk.c.opted_out, MessageStatus.SUPPRESSED),
                (known_shut, MessageStatus.EXPIRED),
                else_=MessageStatus.PENDING,
            ),
            literal(now, DateTime(timezone=True)),
            case((never_sent, null()), else_=func.coalesce(zone.c.due_at, now)),
            case((never_sent, null()), else_=func.coalesce(zone.c.closes_at, now)),
            case((chunk.c.opted_out, PHRASES[suppressed]), (known_shut, PHRASES[shut])),
            case((chunk.c.opted_out, suppressed.value), (known_shut, shut.value)),
            chunk.c.timezone,
            func.coalesce(chunk.c.operator_code, NO_OPERATOR_CODE),
        )
        .select_from(chunk.outerjoin(zone, zone.c.timezone == chunk.c.timezone))
        .order_by(chunk.c.id)
    )
    columns = ["mailing_id", "client_id", "schedule_version", "status", "since", "due_at", "closes_at", "last_error"]
    columns += ["last_error_code", "timezone", "operator_code"]
    return insert(message).from_select(columns, rows)


def _zone_table(found: Openings) -> TableValuedAlias:
    moments = ARRAY(DateTime(timezone=True))
    stretches = list(found.values())
    return (
        func.unnest(
            cast(list(found), ARRAY(Text)),
            cast([stretch is not None for stretch in stretches], ARRAY(Boolean)),
            cast([stretch and stretch.due_at for stretch in stretches], moments),
            cast([stretch and stretch.closes_at for stretch in stretches], moments),
        )
        .table_valued("timezone", "opens", "due_at", "closes_at", name="zone")
        .render_derived()
    )


def reopen(connection: Connection, mailing_id: int, *, now: datetime, at_most: int) -> int:
    """Give waiting messages whose send window has closed their next opening, or cancel them. Locks the mailing.

    Returns:
        The number of messages changed.
    """
    zones = message_state.closed_zones(connection, mailing_id, now=now, at_most=at_most)
    if not zones:
        return 0
    row = mailings.get(connection, mailing_id, lock=True)
    found = openings(row, filter(None, zones), after=max(now, row.starts_at))
    return message_state.reopen(connection, mailing_id, found, version=row.schedule_version, now=now, at_most=at_most)


def reschedule_chunk(connection: Connection, row: Mailing, *, now: datetime, size: int) -> int:
    """Apply a mailing's changed schedule to its next messages, and save the position, in one transaction.

    Args:
        row: the mailing, locked.
        size: number of messages to look at.

    Returns:
        The number of messages changed. `rescheduled_version` is set when all follow the schedule.
    """
    after = row.reschedule_position
    chunk = select(message.c.id).where(message.c.mailing_id == row.id, message.c.id > after).order_by(message.c.id)
    found = chunk.limit(size).subquery()
    looked_at, last_id = connection.execute(select(func.count(), func.max(found.c.id))).one()
    changed = 0
    if looked_at:
        zones = _zones_to_reschedule(connection, row, after=after, until=last_id)
        stretches = openings(row, zones, after=max(now, row.starts_at))
        changed = message_state.reschedule(
            connection, row.id, stretches, after=after, until=last_id, version=row.schedule_version, now=now
        )
    done = {"rescheduled_version": row.schedule_version} if looked_at < size else {}
    connection.execute(
        update(mailing).where(mailing.c.id == row.id).values(reschedule_position=last_id or after, **done)
    )
    return changed


def _zones_to_reschedule(connection: Connection, row: Mailing, *, after: int, until: int) -> Iterable[str]:
    """Return the time zones of the clients whose messages, in a range of ids, can get another due time."""
    zones = (
        select(client.c.timezone)
        .distinct()
        .where(
            message.c.client_id == client.c.id,
            message.c.mailing_id == row.id,
            message.c.id.between(after + 1, until),
            message.c.status.in_((MessageStatus.PENDING, MessageStatus.QUEUED, MessageStatus.EXPIRED)),
        )
    )
    return connection.execute(zones).scalars()
