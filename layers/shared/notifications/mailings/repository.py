"""Mailings as rows: create, read, page, their running counts, and the end of one with nothing left to do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text

from notifications.contracts.enumerations import OPEN_STATUSES, MailingStatus, MessageStatus
from notifications.contracts.errors import NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key, Order
from notifications.database.tables import mailing, mailing_count, sql_list
from notifications.schedules.send_windows import SendWindow

type Stats = dict[str, int]

ORDERS = {
    "id": Order([mailing.c.id]),
    "-id": Order([mailing.c.id], descending=True),
    "starts_at": Order([mailing.c.starts_at, mailing.c.id]),
    "-starts_at": Order([mailing.c.starts_at, mailing.c.id], descending=True),
}


def create(connection: Connection, values: Mapping[str, Any]) -> Row[Any]:
    """Store a new mailing, given by its columns; those that are not named take their defaults."""
    return connection.execute(insert(mailing).values(**values).returning(*mailing.c)).one()


def get(connection: Connection, mailing_id: int, *, lock: bool = False) -> Row[Any]:
    """The mailing with an id, or NotFound; locked, it stays as it is until the transaction ends."""
    query = select(mailing).where(mailing.c.id == mailing_id, mailing.c.deleted_at.is_(None))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(ProblemCode.MAILING_NOT_FOUND, mailing_id=mailing_id)
    return row


def page(
    connection: Connection, *, order: Order, after: Key | None, limit: int, status: MailingStatus | None = None
) -> Sequence[Row[Any]]:
    """At most `limit` mailings, those of a status if one is given."""
    query = select(mailing).where(mailing.c.deleted_at.is_(None))
    if status:
        query = query.where(mailing.c.status == status)
    return connection.execute(order.page(query, after=after, limit=limit)).all()


def stats(connection: Connection, mailing_ids: Collection[int]) -> dict[int, Stats]:
    """Messages by status, and in `total`, of each of the mailings: read from running counts, no row is counted."""
    query = (
        select(mailing_count.c.mailing_id, mailing_count.c.status, func.sum(mailing_count.c.n).label("n"))
        .where(mailing_count.c.mailing_id.in_(mailing_ids))
        .group_by(mailing_count.c.mailing_id, mailing_count.c.status)
    )
    found: dict[int, Stats] = {each: dict.fromkeys(("total", *MessageStatus), 0) for each in mailing_ids}
    for row in connection.execute(query):
        found[row.mailing_id][row.status] = int(row.n)
        found[row.mailing_id]["total"] += int(row.n)
    return found


def window_of(row: Any) -> SendWindow | None:
    """The send window of a row that has `window_start` and `window_end`."""
    start: time | None = row.window_start
    return None if start is None else SendWindow(start, row.window_end)


_CANCELLED_WITH_OPEN = text(f"""
    SELECT mailing.id FROM mailing JOIN mailing_count ON mailing_count.mailing_id = mailing.id
    WHERE mailing.status = 'cancelled' AND mailing_count.status IN {sql_list(OPEN_STATUSES)}
    GROUP BY mailing.id HAVING sum(n) <> 0 ORDER BY mailing.id
""")


def cancelled_with_open(connection: Connection) -> Sequence[int]:
    """The cancelled mailings that still have open messages."""
    return connection.execute(_CANCELLED_WITH_OPEN).scalars().all()


_FINISH = text(f"""
    UPDATE mailing SET status = 'finished', finished_at = :now
    WHERE id = ANY(CAST(:ids AS bigint[])) AND status = 'running' AND planned_at IS NOT NULL
      AND rescheduled_version = schedule_version
      AND COALESCE((
          SELECT sum(n) FROM mailing_count
          WHERE mailing_id = mailing.id AND mailing_count.status IN {sql_list(OPEN_STATUSES)}
      ), 0) = 0
    RETURNING id
""")


def finish(connection: Connection, mailing_ids: Iterable[int], *, now: datetime) -> list[int]:
    """Finish those of the mailings that are planned and have no open message left. Gives their ids."""
    return [row.id for row in connection.execute(_FINISH, {"ids": list(mailing_ids), "now": now})]
