"""The audit log: who changed what, when, from what to what, written in the transaction of the change."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select

from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.database.keyset import Key, Order
from notifications.database.tables import audit

ORDERS = {"id": Order([audit.c.id]), "-id": Order([audit.c.id], descending=True)}


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change, and in which request.

    Attributes:
        actor: the identity that stays the same: the `sub` of the caller's token.
        name: what people call it.
    """

    actor: str
    name: str
    role: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which changes: all that is given must hold. `actor` is a sub or a name; `since` counts, `until` does not."""

    actor: str | None = None
    kind: AuditKind | None = None
    key: str | None = None
    action: AuditAction | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The selection as conditions on the audit table."""
        given = {"kind": self.kind, "key": self.key, "action": self.action}
        conditions = [audit.c[name] == value for name, value in given.items() if value is not None]
        if self.actor is not None:
            conditions.append(or_(audit.c.actor == self.actor, audit.c.name == self.actor))
        if self.since is not None:
            conditions.append(audit.c.at >= self.since)
        if self.until is not None:
            conditions.append(audit.c.at < self.until)
        return conditions


_RECORD = insert(audit)


def record(
    connection: Connection,
    author: Author,
    action: AuditAction,
    kind: AuditKind,
    key: object,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Write down one change; `before` and `after` are the thing as the API shows it, null if it was not there."""
    change = {"action": action, "kind": kind, "key": str(key), "before": before, "after": after, "at": now}
    connection.execute(_RECORD, asdict(author) | change)


def page(
    connection: Connection, selection: Selection, *, order: Order, after: Key | None, limit: int
) -> Sequence[Row[Any]]:
    """At most `limit` of the selected changes."""
    query = select(audit).where(*selection.conditions())
    return connection.execute(order.page(query, after=after, limit=limit)).all()
