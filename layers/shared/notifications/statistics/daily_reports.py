"""Repository of daily reports as they were mailed, one for each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from notifications.contracts.errors import NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.keyset import Key, Order
from notifications.database.rows import columns_of
from notifications.database.tables import report

ORDERS = {"day": Order([report.c.day]), "-day": Order([report.c.day], descending=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedReport:
    """A mailed report without its content; `subject` is None if it was mailed before reports were stored."""

    day: date
    sent_at: datetime
    subject: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(MailedReport):
    """A mailed report with the text and HTML of its mail."""

    text: str | None
    html: str | None


def _read[R: MailedReport](kind: type[R], row: Row[Any]) -> R:
    return kind(**{**row._mapping, "day": date.fromisoformat(row.day)})


def begin(connection: Connection, day: date) -> bool:
    """Reserve the day's report for this transaction, or return False if it has been mailed. Concurrent calls wait."""
    taken = insert(report).values(day=day.isoformat()).on_conflict_do_nothing().returning(report.c.day)
    return connection.execute(taken).one_or_none() is not None


def store(connection: Connection, day: date, *, subject: str, text: str, html: str) -> None:
    """Store the subject and content of the day's mail."""
    said = update(report).values(subject=subject, text=text, html=html).where(report.c.day == day.isoformat())
    connection.execute(said)


def get(connection: Connection, day: date) -> Report:
    """Return the day's report, or raise NotFound."""
    row = connection.execute(select(*columns_of(Report, report)).where(report.c.day == day.isoformat())).one_or_none()
    if row is None:
        raise NotFound(ProblemCode.REPORT_NOT_FOUND, day=day.isoformat())
    return _read(Report, row)


def page(connection: Connection, *, order: Order, after: Key | None, limit: int) -> Sequence[MailedReport]:
    """Return at most `limit` reports, without their content."""
    query = order.page(select(*columns_of(MailedReport, report)), after=after, limit=limit)
    return [_read(MailedReport, row) for row in connection.execute(query)]
