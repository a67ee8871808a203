"""Bulk upsert of clients: batches in one transaction, each step one statement for the whole batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from operator import attrgetter
from typing import NamedTuple, Self

from sqlalchemy import ARRAY, BigInteger, Connection, DateTime, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from notifications import message_state
from notifications.clients import repository
from notifications.clients.attributes import names as attribute_names
from notifications.clients.attributes.values import MAX_ATTRIBUTES
from notifications.clients.client import Client, ClientData, NewClient
from notifications.clients.erasure import erased_phones
from notifications.clients.repository import COLUMNS
from notifications.clients.tags import assignment as client_tags
from notifications.clients.tags.assignment import StoredTag
from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.rows import read_many
from notifications.database.tables import client, client_default_timezone
from notifications.events import audit
from notifications.events.audit import Author, Change

_TOO_MANY_ATTRIBUTES = InvalidInput("attributes", ProblemCode.ATTRIBUTES_TOO_MANY, max_items=MAX_ATTRIBUTES)
# Bounds the memory for the clients' old and new values.
BATCH_CLIENTS = 5_000


@dataclass(frozen=True, slots=True)
class UpsertCounts:
    """Numbers of clients created and updated.

    Attributes:
        refused: why clients were not stored, by phone.
    """

    created: int
    updated: int
    refused: Mapping[str, InvalidInput]


@dataclass(frozen=True, slots=True)
class _Upsert:
    """Old and new values of a client, and the change as the audit log shows it. A new client has no old values."""

    before: Client | None
    after: ClientData
    change: Change
    has_default_timezone: bool

    @classmethod
    def of(cls, before: Client | None, after: ClientData, *, has_default_timezone: bool) -> Self:
        change = Change(after.phone, before.as_json() if before else None, after.as_json())
        return cls(before, after, change, has_default_timezone)

    @property
    def changes_anything(self) -> bool:
        return self.change.before != self.change.after or self._changes_types

    @property
    def _changes_types(self) -> bool:
        """Return True if an equal value has another type: to Python, 1 equals both 1.0 and true."""
        before = self.before.attributes if self.before else {}
        return any(type(before[name]) is not type(value) for name, value in self.after.attributes.items())

    @property
    def has_too_many_attributes(self) -> bool:
        return len(self.after.attributes) > MAX_ATTRIBUTES

    @property
    def changes_tags(self) -> bool:
        return self.after.tags != (self.before.tags if self.before else [])

    @property
    def changes_timezone(self) -> bool:
        return self.before is not None and self.before.timezone != self.after.timezone


class _Saved(NamedTuple):
    id: int
    created: bool


def upsert(
    connection: Connection,
    new: Sequence[NewClient],
    *,
    columns: Collection[str],
    erasure_key: bytes,
    author: Author,
    now: datetime,
) -> UpsertCounts:
    """Create or update clients by phone, but none that would have too many attributes, and no erased person.

    Args:
        new: the clients, each phone at most once.
        erasure_key: key of the hashes of erased phones.
        columns: the given fields beside phone and time zone: `tags`, `operator_code`, attribute names. Other fields
            keep their values. A named attribute is deleted from clients without a value for it.
    """
    given = {each.phone: each for each in new}
    erased = erased_phones.erased(connection, erasure_key, given)
    refused = {phone: InvalidInput("phone", ProblemCode.PHONE_ERASED) for phone in erased}
    new = [each for each in new if each.phone not in erased]
    tags = client_tags.get_or_create(connection, {name for each in new for name in each.tags})
    attribute_names.register(connection, (each.attributes for each in new))
    created, moved = 0, list[int]()
    # Imports that overlap lock their clients in the same order.
    for batch in batched(sorted(new, key=attrgetter("phone")), BATCH_CLIENTS, strict=False):
        merged, saved = _merge(connection, batch, columns, tags, now)
        upserts = [each for each in merged if not each.has_too_many_attributes]
        refused |= {each.after.phone: _TOO_MANY_ATTRIBUTES for each in merged if each.has_too_many_attributes}
        _assign_tags(connection, upserts, saved, tags)
        changes = [each.change for each in upserts]
        audit.record_all(connection, author, AuditAction.IMPORT, AuditKind.CLIENT, changes, now=now)
        _mark_default_timezones(connection, upserts, saved)
        created += sum(each.created for each in saved.values())
        moved += [saved[each.after.phone].id for each in upserts if each.changes_timezone]
    repository.forget_default_timezones(connection, moved)
    message_state.unschedule(connection, moved, now=now)
    return UpsertCounts(created, len(given) - created - len(refused), refused)


def _merge(
    connection: Connection,
    batch: Sequence[NewClient],
    columns: Collection[str],
    tags: Mapping[str, StoredTag],
    now: datetime,
) -> tuple[Sequence[_Upsert], Mapping[str, _Saved]]:
    """Merge a batch into the stored clients, once more if another call has created one of them meanwhile.

    Returns:
        The upserts that change anything, and the clients that were written, by phone.
    """
    while True:
        with connection.begin_nested() as savepoint:
            upserts = _upserts(connection, batch, columns, tags)
            saved = _save(connection, [each for each in upserts if not each.has_too_many_attributes], now)
            new = {each.after.phone for each in upserts if each.before is None}
            if all(each.created for phone, each in saved.items() if phone in new):
                return upserts, saved
            savepoint.rollback()


def _upserts(
    connection: Connection, batch: Sequence[NewClient], columns: Collection[str], tags: Mapping[str, StoredTag]
) -> list[_Upsert]:
    """Lock the stored clients of a batch, and return the upserts that change anything."""
    stored = repository.lock(connection, [each.phone for each in batch])
    upserts = []
    for each in batch:
        before = stored.get(each.phone)
        own = [tag.name for tag in sorted({tags[name] for name in each.tags})]
        after = each.merged_into(before, columns=columns, tags=own)
        upserts.append(_Upsert.of(before, after, has_default_timezone=each.has_default_timezone))
    return [each for each in upserts if each.changes_anything]


_given = func.jsonb_populate_recordset(literal_column("NULL::client"), bindparam("clients", type_=JSONB))
_rows = _given.table_valued(*COLUMNS, name="given")
_now = bindparam("now", type_=DateTime(timezone=True))
_insert = insert(client).from_select(
    [*COLUMNS, "created_at", "updated_at"], select(*_rows.c, _now, _now).order_by(_rows.c.phone)
)
_SAVE = _insert.on_conflict_do_update(
    index_elements=[client.c.phone],
    set_={name: _insert.excluded[name] for name in COLUMNS if name != "phone"} | {"updated_at": _now},
).returning(client.c.id, client.c.phone, literal_column("client.xmax = 0").label("created"))


def _save(connection: Connection, upserts: Sequence[_Upsert], now: datetime) -> dict[str, _Saved]:
    """Write clients without their tags. Return their ids by phone."""
    rows = read_many(connection, _SAVE, {"clients": [each.change.after for each in upserts], "now": now})
    return {row["phone"]: _Saved(row["id"], row["created"]) for row in rows}


def _assign_tags(
    connection: Connection, upserts: Sequence[_Upsert], saved: Mapping[str, _Saved], tags: Mapping[str, StoredTag]
) -> None:
    by_name = {tag.name: tag for tag in tags.values()}
    changed = [each.after for each in upserts if each.changes_tags]
    client_tags.assign(connection, {saved[each.phone].id: {by_name[name] for name in each.tags} for each in changed})


_MARK = insert(client_default_timezone).from_select(
    ["client_id"], select(func.unnest(bindparam("ids", type_=ARRAY(BigInteger))))
)


def _mark_default_timezones(connection: Connection, upserts: Sequence[_Upsert], saved: Mapping[str, _Saved]) -> None:
    new = [saved[each.after.phone] for each in upserts if each.has_default_timezone]
    if ids := [each.id for each in new if each.created]:
        connection.execute(_MARK, {"ids": ids})
