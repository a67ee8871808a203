"""The daily reports as they were mailed, as rows: one a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from notifications.contracts.errors import NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key, Order
from notifications.database.tables import report

ORDERS = {"day": Order([report.c.day]), "-day": Order([report.c.day], descending=True)}


def begin(connection: Connection, day: date) -> bool:
    """Take the day's report upon this transaction; False if it has been mailed. Another that tries waits."""
    taken = insert(report).values(day=day.isoformat()).on_conflict_do_nothing().returning(report.c.day)
    return connection.execute(taken).one_or_none() is not None


def keep(connection: Connection, day: date, *, subject: str, text: str, html: str) -> None:
    """Store what the day's mail says."""
    said = update(report).values(subject=subject, text=text, html=html).where(report.c.day == day.isoformat())
    connection.execute(said)


def get(connection: Connection, day: date) -> Row[Any]:
    """The day's report, or NotFound."""
    row = connection.execute(select(report).where(report.c.day == day.isoformat())).one_or_none()
    if row is None:
        raise NotFound(ProblemCode.REPORT_NOT_FOUND, day=day.isoformat())
    return row


def page(connection: Connection, *, order: Order, after: Key | None, limit: int) -> Sequence[Row[Any]]:
    """At most `limit` reports, without what they say."""
    query = select(report.c.day, report.c.sent_at, report.c.subject)
    return connection.execute(order.page(query, after=after, limit=limit)).all()
