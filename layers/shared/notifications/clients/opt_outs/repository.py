"""Opt-outs: read, page, record, lift."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Connection, Text, delete, exists, func, literal, select, text

from notifications.clients.audience.phone_search import phone_contains
from notifications.clients.opt_outs.opt_out import OptOut, Recorded
from notifications.contracts.enumerations import Category, OptOutScope, OptOutSource
from notifications.database.keyset import Key, Order
from notifications.database.tables import opt_out

ORDERS = {
    "at": Order([opt_out.c.at, opt_out.c.phone]),
    "-at": Order([opt_out.c.at, opt_out.c.phone], descending=True),
    "phone": Order([opt_out.c.phone]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Filter of a list of opt-outs: those that match all given fields.

    Attributes:
        search: digits of the phone.
    """

    search: str | None = None
    scope: OptOutScope | None = None
    source: OptOutSource | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as conditions on the table of opt-outs."""
        given = {"scope": self.scope, "source": self.source}
        conditions = [opt_out.c[name] == value for name, value in given.items() if value is not None]
        if self.search:
            conditions.append(phone_contains(opt_out.c.phone, self.search))
        return conditions


def applies(category: Category) -> ColumnElement[bool]:
    """Return the condition that an opt-out covers messages of a category."""
    return opt_out.c.scope.in_([scope for scope in OptOutScope if scope.covers(category)])


def covering(phone: str, category: Category) -> ColumnElement[bool]:
    """Return the condition that an opt-out of the phone covers messages of a category."""
    return exists().where(opt_out.c.phone == phone, applies(category))


def find(connection: Connection, phone: str) -> OptOut | None:
    """Return the opt-out of a phone, or None."""
    row = connection.execute(select(opt_out).where(opt_out.c.phone == phone)).one_or_none()
    return None if row is None else _read(row._mapping)


def page(
    connection: Connection, selection: Selection, *, order: Order, after: Key | None, limit: int
) -> Sequence[OptOut]:
    """Return at most `limit` of the selected opt-outs."""
    query = order.page(select(opt_out).where(*selection.conditions()), after=after, limit=limit)
    return [_read(row._mapping) for row in connection.execute(query)]


# In the order of phones, so that two calls never wait for each other. The condition is false, but locks stored rows.
_INSERT = text("""
    INSERT INTO opt_out (phone, scope, source, reason, at)
    SELECT phone, scope, source, reason, at
    FROM jsonb_populate_recordset(CAST(NULL AS opt_out), CAST(:rows AS jsonb)) ORDER BY phone
    ON CONFLICT (phone) DO UPDATE SET phone = excluded.phone WHERE false
    RETURNING phone
""")
_WIDEN = text("""
    UPDATE opt_out SET scope = given.scope, source = given.source, reason = given.reason, at = given.at
    FROM jsonb_populate_recordset(CAST(NULL AS opt_out), CAST(:rows AS jsonb)) AS given
    WHERE opt_out.phone = given.phone
""")


def record(connection: Connection, given: Iterable[OptOut]) -> Sequence[Recorded]:
    """Store opt-outs, and widen stored ones from marketing to all. Nothing is narrowed.

    Commit before `message_state.suppress` ends the waiting messages: no claim then commits after it.

    Args:
        given: one for a phone at most.
    """
    wanted = {each.phone: each for each in given}
    new = set(connection.execute(_INSERT, _rows(wanted.values())).scalars())
    stored = find_all(connection, [phone for phone in wanted if phone not in new])
    widened = [
        each.widening(stored[phone]) for phone, each in wanted.items() if phone in stored and each.widens(stored[phone])
    ]
    if widened:
        connection.execute(_WIDEN, _rows(widened))
    standing = stored | {each.phone: each for each in widened}
    return [Recorded(before=stored.get(phone), after=standing.get(phone, each)) for phone, each in wanted.items()]


def lift(connection: Connection, phone: str) -> OptOut | None:
    """Delete the opt-out of a phone, and return it; None if there was none."""
    row = connection.execute(delete(opt_out).where(opt_out.c.phone == phone).returning(opt_out)).one_or_none()
    return None if row is None else _read(row._mapping)


_LIFT_OLDER = text("""
    DELETE FROM opt_out USING jsonb_each_text(CAST(:moments AS jsonb)) AS given (phone, at)
    WHERE opt_out.phone = given.phone AND opt_out.at <= CAST(given.at AS timestamptz)
    RETURNING opt_out.*
""")


def lift_older(connection: Connection, moments: Mapping[str, datetime]) -> Sequence[OptOut]:
    """Delete the opt-outs of phones that are no newer than a moment, and return them.

    Args:
        moments: the moments by phone.
    """
    if not moments:
        return []
    given = json.dumps({phone: moment.isoformat() for phone, moment in moments.items()})
    return [_read(row._mapping) for row in connection.execute(_LIFT_OLDER, {"moments": given})]


def find_all(connection: Connection, phones: Sequence[str]) -> dict[str, OptOut]:
    """Return the opt-outs of phones, by phone."""
    if not phones:
        return {}
    query = select(opt_out).where(opt_out.c.phone == func.any(literal(phones, ARRAY(Text))))
    return {row.phone: _read(row._mapping) for row in connection.execute(query)}


def _rows(opt_outs: Iterable[OptOut]) -> dict[str, str]:
    return {"rows": json.dumps([each.as_json() for each in opt_outs])}


def _read(row: Mapping[Any, Any]) -> OptOut:
    return OptOut(**{**row, "scope": OptOutScope(row["scope"]), "source": OptOutSource(row["source"])})
