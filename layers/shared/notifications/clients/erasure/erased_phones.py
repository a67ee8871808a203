"""Phones of erased people: recognise, refuse, remember and forget them.

Whoever stores a phone calls `erased` or `refuse` before, in the same transaction: an erasure of the phone waits for the
end of that transaction, and one that is under way is waited for. So no phone is stored beside its erasure.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from notifications.clients.erasure.hashes import phone_hash
from notifications.clients.erasure.journal import Journal
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.tables import erased_phone

_ERASED = text("SELECT * FROM erased_hashes(CAST(:hashes AS bytea[]))")
# The first number is that of `erased_hashes` in migration 0030.
_LOCK = text("SELECT pg_advisory_xact_lock(30, :first_byte)")


def erased(connection: Connection, key: bytes, phones: Collection[str]) -> set[str]:
    """Return those of the phones that belong to erased people.

    Args:
        key: key of the hashes.
        phones: phones that the caller is about to store in this transaction.
    """
    by_hash = {phone_hash(key, phone): phone for phone in phones}
    if not by_hash:
        return set()
    return {by_hash[bytes(found)] for found in connection.execute(_ERASED, {"hashes": list(by_hash)}).scalars()}


def erasures(connection: Connection, key: bytes, phones: Collection[str]) -> dict[str, datetime]:
    """Return the times of the erasures of those of the phones that `erased` finds."""
    by_hash = {phone_hash(key, phone): phone for phone in erased(connection, key, phones)}
    query = select(erased_phone).where(erased_phone.c.phone_hash.in_(by_hash))
    return {by_hash[bytes(row.phone_hash)]: row.erased_at for row in connection.execute(query)} if by_hash else {}


def refuse(connection: Connection, key: bytes, phone: str, *, field: str = "phone") -> None:
    """Refuse the phone of an erased person that the caller is about to store in this transaction.

    Args:
        key: key of the hashes.
        field: the field that has the phone.

    Raises:
        InvalidInput: the person's data was erased.
    """
    if erased(connection, key, [phone]):
        raise InvalidInput(field, ProblemCode.PHONE_ERASED)


def lock(connection: Connection, hashed: bytes) -> None:
    """Wait for the transactions that store the phone, and keep others from beginning to."""
    connection.execute(_LOCK, {"first_byte": hashed[0]})


def find(connection: Connection, hashed: bytes) -> datetime | None:
    """Return the time of an erasure, or None if there was none."""
    query = select(erased_phone.c.erased_at).where(erased_phone.c.phone_hash == hashed)
    return connection.execute(query).scalar_one_or_none()


def remember(connection: Connection, hashed: bytes, *, at: datetime) -> datetime:
    """Store the hash of an erased phone. A stored one stays.

    Returns:
        The time of the first erasure.
    """
    new = insert(erased_phone).values(phone_hash=hashed, erased_at=at).on_conflict_do_nothing()
    connection.execute(new)
    return find(connection, hashed) or at


def forget(connection: Connection, key: bytes, phone: str, *, journal: Journal, now: datetime) -> bool:
    """Accept the phone of an erased person again.

    Args:
        key: key of the hashes.
        journal: journal of erasures, so that a restored database accepts the phone too.

    Returns:
        True if the phone was that of an erased person.
    """
    hashed = phone_hash(key, phone)
    found = connection.execute(delete(erased_phone).where(erased_phone.c.phone_hash == hashed)).rowcount > 0
    if found:
        journal.write(hashed, at=now, lifted=True)
    return found
