"""Mailings in the database: create, read, page, count messages, finish."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, text, update

from notifications.contracts.enumerations import (
    OPEN_JOB_STATUSES,
    OPEN_STATUSES,
    Category,
    MailingStatus,
    MessageStatus,
    OnUnknown,
)
from notifications.contracts.errors import NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key, Order
from notifications.database.rows import columns_of
from notifications.database.tables import mailing, mailing_count, sql_list
from notifications.mailings.mailing import Mailing

type Stats = dict[str, int]

ORDERS = {
    "id": Order([mailing.c.id]),
    "-id": Order([mailing.c.id], descending=True),
    "starts_at": Order([mailing.c.starts_at, mailing.c.id]),
    "-starts_at": Order([mailing.c.starts_at, mailing.c.id], descending=True),
}

_COLUMNS = columns_of(Mailing, mailing)


def _select() -> Select[Any]:
    return select(*_COLUMNS)


def _read(row: Row[Any]) -> Mailing:
    vocabularies = {
        "status": MailingStatus(row.status),
        "on_unknown": OnUnknown(row.on_unknown),
        "category": Category(row.category),
    }
    return Mailing(**{**row._mapping, **vocabularies})


def create(connection: Connection, values: Mapping[str, Any]) -> Mailing:
    """Store a new mailing. Columns that `values` lacks get their defaults."""
    return _read(connection.execute(insert(mailing).values(**values).returning(*_COLUMNS)).one())


def save(connection: Connection, mailing_id: int, **values: object) -> Mailing:
    """Change columns of a mailing that the caller has locked."""
    query = update(mailing).where(mailing.c.id == mailing_id).values(**values)
    return _read(connection.execute(query.returning(*_COLUMNS)).one())


def get(connection: Connection, mailing_id: int, *, lock: bool = False) -> Mailing:
    """Return the mailing with an id.

    Args:
        lock: lock its row until the transaction ends.

    Raises:
        NotFound: there is none, or it is deleted.
    """
    query = _select().where(mailing.c.id == mailing_id, mailing.c.deleted_at.is_(None))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(ProblemCode.MAILING_NOT_FOUND, mailing_id=mailing_id)
    return _read(row)


def lock_if_free(connection: Connection, mailing_id: int, *conditions: ColumnElement[bool]) -> Mailing | None:
    """Lock and return a mailing; None if a condition does not hold or another transaction has locked it."""
    query = _select().where(mailing.c.id == mailing_id, *conditions).with_for_update(skip_locked=True)
    row = connection.execute(query).one_or_none()
    return _read(row) if row else None


def page(
    connection: Connection, *, order: Order, after: Key | None, limit: int, status: MailingStatus | None = None
) -> Sequence[Mailing]:
    """Return at most `limit` mailings. `status` None: any."""
    query = _select().where(mailing.c.deleted_at.is_(None))
    if status:
        query = query.where(mailing.c.status == status)
    return [_read(row) for row in connection.execute(order.page(query, after=after, limit=limit))]


def where(connection: Connection, condition: ColumnElement[bool]) -> Sequence[Mailing]:
    """Return the mailings that meet a condition, deleted ones too, ordered by id."""
    return [_read(row) for row in connection.execute(_select().where(condition).order_by(mailing.c.id))]


def stats(connection: Connection, mailing_ids: Collection[int]) -> dict[int, Stats]:
    """Return the numbers of messages by status, and in `total`, of each mailing, from running counts."""
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


_OPEN_MESSAGES = f"""
    COALESCE((
        SELECT sum(n) FROM mailing_count
        WHERE mailing_id = mailing.id AND mailing_count.status IN {sql_list(OPEN_STATUSES)}
    ), 0)
"""
_SETTLE = text(f"""
    UPDATE mailing SET settled = true
    WHERE id = ANY(ARRAY(
        SELECT id FROM mailing WHERE status = 'cancelled' AND NOT settled
        ORDER BY id LIMIT :at_most FOR UPDATE SKIP LOCKED
    )) AND {_OPEN_MESSAGES} = 0
""")
_UNSETTLED = (mailing.c.status == MailingStatus.CANCELLED) & ~mailing.c.settled


def settle(connection: Connection, *, at_most: int) -> Sequence[int]:
    """Mark cancelled mailings that have no open messages any more. Nothing makes such a message open again.

    Args:
        at_most: number of mailings to look at.

    Returns:
        The ids of cancelled mailings that still have open messages, at most `at_most`.
    """
    connection.execute(_SETTLE, {"at_most": at_most})
    query = select(mailing.c.id).where(_UNSETTLED).order_by(mailing.c.id).limit(at_most)
    return connection.execute(query).scalars().all()


_FINISH = text(f"""
    UPDATE mailing SET status = 'finished', finished_at = :now
    WHERE id = ANY(CAST(:ids AS bigint[])) AND status = 'running' AND planned_at IS NOT NULL
      AND rescheduled_version = schedule_version AND {_OPEN_MESSAGES} = 0
      AND NOT EXISTS (SELECT FROM job WHERE job.mailing_id = mailing.id AND job.status IN {sql_list(OPEN_JOB_STATUSES)})
    RETURNING id
""")


def finish(connection: Connection, mailing_ids: Iterable[int], *, now: datetime) -> list[int]:
    """Finish mailings that are planned and have no open messages and jobs. Return the ids of those finished."""
    return [row.id for row in connection.execute(_FINISH, {"ids": list(mailing_ids), "now": now})]
