"""Opt-outs: read, record, lift."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, select
from sqlalchemy.dialects.postgresql import insert

from notifications.contracts.enumerations import Category, OptOutScope, OptOutSource
from notifications.database.tables import opt_out


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """A person who must not be messaged.

    Attributes:
        reason: in the words of whoever recorded it; None without one.
    """

    phone: str
    scope: OptOutScope
    source: OptOutSource
    reason: str | None
    at: datetime


def applies(category: Category) -> ColumnElement[bool]:
    """Return the condition that an opt-out covers messages of a category."""
    scopes = [OptOutScope.ALL, OptOutScope.MARKETING] if category is Category.MARKETING else [OptOutScope.ALL]
    return opt_out.c.scope.in_(scopes)


def find(connection: Connection, phone: str) -> OptOut | None:
    """Return the opt-out of a phone, or None."""
    row = connection.execute(select(opt_out).where(opt_out.c.phone == phone)).one_or_none()
    return None if row is None else _read(row._mapping)


def record(connection: Connection, found: Iterable[OptOut]) -> Sequence[OptOut]:
    """Store opt-outs, and widen stored ones from marketing to all. Nothing is narrowed.

    Commit before `message_state.suppress` ends the waiting messages: no claim then commits after it.

    Args:
        found: one for a phone at most.

    Returns:
        The opt-outs that are new or wider than before.
    """
    # In one order, so that two calls never wait for each other.
    rows = [
        {"phone": each.phone, "scope": each.scope, "source": each.source, "reason": each.reason, "at": each.at}
        for each in sorted(found, key=lambda each: each.phone)
    ]
    if not rows:
        return ()
    statement = insert(opt_out)
    given = statement.excluded
    wider = (opt_out.c.scope == OptOutScope.MARKETING) & (given.scope == OptOutScope.ALL)
    changed = statement.on_conflict_do_update(
        index_elements=[opt_out.c.phone],
        set_={name: given[name] for name in ("scope", "source", "reason", "at")},
        where=wider,
    ).returning(opt_out)
    return [_read(row._mapping) for row in connection.execute(changed, rows)]


def lift(connection: Connection, phone: str) -> OptOut | None:
    """Delete the opt-out of a phone, and return it; None if there was none."""
    row = connection.execute(delete(opt_out).where(opt_out.c.phone == phone).returning(opt_out)).one_or_none()
    return None if row is None else _read(row._mapping)


def _read(row: RowMapping) -> OptOut:
    return OptOut(**{**row, "scope": OptOutScope(row["scope"]), "source": OptOutSource(row["source"])})
