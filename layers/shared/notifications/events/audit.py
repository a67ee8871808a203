"""Audit log: every change with its author and the values before and after, written in the change's transaction."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, text

from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.database.keyset import Key, Order
from notifications.database.rows import columns_of
from notifications.database.tables import audit

ORDERS = {"id": Order([audit.c.id]), "-id": Order([audit.c.id], descending=True)}


@dataclass(frozen=True, slots=True)
class Author:
    """Author of a change, with the role and the id of the request.

    Attributes:
        actor: permanent identity: the `sub` of the caller's token.
        name: user name.
    """

    actor: str
    name: str
    role: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Filter of the audit log: entries that match all given fields, in `[since, until)`.

    Attributes:
        actor: a sub or a user name.
        key: phone, tag or id. A phone also matches the client's entries under earlier phones.
    """

    actor: str | None = None
    kind: AuditKind | None = None
    key: str | None = None
    action: AuditAction | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self, connection: Connection) -> list[ColumnElement[bool]]:
        """Return the filter as conditions on the audit table."""
        given = {"kind": self.kind, "action": self.action}
        conditions = [audit.c[name] == value for name, value in given.items() if value is not None]
        if self.key is not None:
            conditions.append(or_(audit.c.key == self.key, *_under_earlier_phones(connection, self.key)))
        if self.actor is not None:
            conditions.append(or_(audit.c.actor == self.actor, audit.c.name == self.actor))
        if self.since is not None:
            conditions.append(audit.c.at >= self.since)
        if self.until is not None:
            conditions.append(audit.c.at < self.until)
        return conditions


# A change of a phone has an entry under the new phone, then one under the old.
_EARLIER_PHONES = text("""
    WITH RECURSIVE earlier (phone, before_id) AS (
        SELECT before->>'phone', id FROM audit
        WHERE kind = 'client' AND key = :phone AND after->>'phone' = key AND before->>'phone' <> key
        UNION
        SELECT audit.before->>'phone', audit.id
        FROM earlier JOIN audit ON audit.key = earlier.phone AND audit.id < earlier.before_id
        WHERE audit.kind = 'client' AND audit.after->>'phone' = audit.key AND audit.before->>'phone' <> audit.key
    )
    SELECT phone, max(before_id) AS before_id FROM earlier GROUP BY phone
""")


def _under_earlier_phones(connection: Connection, phone: str) -> Iterator[ColumnElement[bool]]:
    """Yield a condition for each earlier phone of a client: its entries up to the change to the next phone."""
    for row in connection.execute(_EARLIER_PHONES, {"phone": phone}):
        yield and_(audit.c.kind == AuditKind.CLIENT, audit.c.key == row.phone, audit.c.id < row.before_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Entry of the audit log. `before` and `after` are as the API shows them; None if it did not exist."""

    id: int
    at: datetime
    actor: str
    name: str
    role: str
    action: AuditAction
    kind: AuditKind
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    request_id: str


def _read(row: Row[Any]) -> AuditEntry:
    vocabularies = {"action": AuditAction(row.action), "kind": AuditKind(row.kind)}
    return AuditEntry(**{**row._mapping, **vocabularies})


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
    """Write one entry. `before` and `after` are as the API shows them; None if it did not exist."""
    change = {"action": action, "kind": kind, "key": str(key), "before": before, "after": after, "at": now}
    connection.execute(_RECORD, asdict(author) | change)


class Change(NamedTuple):
    """Change of a client, tag or mailing by its key. Values are as the API shows them; None if it did not exist."""

    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


_RECORD_ALL = text("""
    INSERT INTO audit (at, actor, name, role, action, kind, key, before, after, request_id)
    SELECT :at, :actor, :name, :role, :action, :kind, change.key, change.before, change.after, :request_id
    FROM jsonb_to_recordset(CAST(:changes AS jsonb)) AS change (key text, before jsonb, after jsonb)
""")


def record_all(
    connection: Connection,
    author: Author,
    action: AuditAction,
    kind: AuditKind,
    changes: Iterable[Change],
    *,
    now: datetime,
) -> None:
    """Write an entry for each change, in their order."""
    lines = json.dumps([change._asdict() for change in changes])
    connection.execute(_RECORD_ALL, asdict(author) | {"at": now, "action": action, "kind": kind, "changes": lines})


def page(
    connection: Connection, selection: Selection, *, order: Order, after: Key | None, limit: int
) -> Sequence[AuditEntry]:
    """Return at most `limit` of the selected changes."""
    query = select(*columns_of(AuditEntry, audit)).where(*selection.conditions(connection))
    return [_read(row) for row in connection.execute(order.page(query, after=after, limit=limit))]
