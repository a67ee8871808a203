"""Find by phone what an erasure must cover: clients, entries of the audit log, former phones, values of attributes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select, text

from notifications.database import statements
from notifications.database.tables import audit
from notifications.events.audit import Selection

# Shorter values of attributes would be found in too many texts of other people.
_MIN_VALUE_CHARACTERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person, by phone.

    Attributes:
        client_ids: ids of the client and of deleted clients with the phone.
        change_ids: ids of the person's entries in the audit log, also under earlier phones.
        phones: the phone, and those of the same client before and after.
        values: the phone and values of attributes, present and former ones, by which texts may quote the person.
    """

    phone: str
    client_ids: Sequence[int]
    change_ids: Sequence[int]
    phones: Sequence[str]
    values: Sequence[str]


_IS_KNOWN = text("""
    SELECT EXISTS (SELECT FROM client WHERE phone = :phone)
        OR EXISTS (SELECT FROM former_client WHERE phone = :phone)
        OR EXISTS (SELECT FROM direct_message WHERE phone = :phone)
        OR EXISTS (SELECT FROM opt_out WHERE phone = :phone)
        OR EXISTS (SELECT FROM reply WHERE phone = :phone)
        OR EXISTS (SELECT FROM client_import AS i JOIN import_row AS r ON r.import_id = i.id AND r.phone = :phone)
        OR EXISTS (SELECT FROM audit WHERE kind IN ('client', 'opt_out') AND key = :phone)
""")
_LOCK_CLIENT = text("SELECT id FROM client WHERE phone = :phone FOR UPDATE")
_FORMER_CLIENTS = text("SELECT client_id FROM former_client WHERE phone = :phone")
# A change of a phone has an entry under either phone, both of one request.
_OTHER_ENTRIES = text("""
    SELECT other.id
    FROM audit AS own JOIN audit AS other
      ON other.kind = 'client' AND other.key IN (own.before ->> 'phone', own.after ->> 'phone')
     AND other.before = own.before AND other.after = own.after AND other.request_id = own.request_id
    WHERE own.id = ANY(CAST(:ids AS bigint[])) AND own.before ->> 'phone' <> own.after ->> 'phone'
""")
_PHONES = text("""
    SELECT DISTINCT known.phone
    FROM audit CROSS JOIN LATERAL (VALUES (before ->> 'phone'), (after ->> 'phone')) AS known (phone)
    WHERE audit.id = ANY(CAST(:change_ids AS bigint[])) AND known.phone IS NOT NULL
""")
_VALUES = statements.load(Path(__file__).with_name("sql") / "values.sql")


def is_known(connection: Connection, phone: str) -> bool:
    """Return True if anything is stored under a phone.

    That is a client, a message, an opt-out, a reply, a row of an import, or a change.
    """
    return bool(connection.execute(_IS_KNOWN, {"phone": phone}).scalar_one())


def lock(connection: Connection, phone: str) -> Person:
    """Lock the client with a phone, if there is one, and return what is known of the person."""
    given = {"phone": phone}
    client_ids = [
        *connection.execute(_LOCK_CLIENT, given).scalars(),
        *connection.execute(_FORMER_CLIENTS, given).scalars(),
    ]
    change_ids = _change_ids(connection, phone)
    names = {"phone": phone, "change_ids": change_ids, "min_characters": _MIN_VALUE_CHARACTERS}
    phones = connection.execute(_PHONES, {"change_ids": change_ids}).scalars()
    values = connection.execute(_VALUES, names).scalars()
    return Person(
        phone=phone,
        client_ids=client_ids,
        change_ids=change_ids,
        phones=sorted({phone, *phones}),
        values=[phone, *values],
    )


def _change_ids(connection: Connection, phone: str) -> list[int]:
    own = select(audit.c.id).where(*Selection(key=phone).conditions(connection))
    ids = set(connection.execute(own).scalars())
    return sorted(ids | set(connection.execute(_OTHER_ENTRIES, {"ids": list(ids)}).scalars()))
