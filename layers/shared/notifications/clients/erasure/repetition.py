"""Repeats the erasures of the journal in a database that was restored from a copy made before them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, delete, text

from notifications.clients.erasure import erased_phones
from notifications.clients.erasure.erasing import erase
from notifications.clients.erasure.hashes import phone_hash
from notifications.clients.erasure.journal import Entry
from notifications.database.tables import erased_phone
from notifications.events.audit import Author

_BATCH = 10_000
_PHONES = text("""
    SELECT phone FROM client
    UNION ALL SELECT phone FROM former_client
    UNION ALL SELECT phone FROM direct_message WHERE phone IS NOT NULL
    UNION ALL SELECT phone FROM opt_out
    UNION ALL SELECT phone FROM reply
    UNION ALL SELECT key FROM audit WHERE kind IN ('client', 'opt_out')
""")
_REASON = "repeated after a restore"


def repeat(connection: Connection, entries: Iterable[Entry], *, key: bytes, author: Author, now: datetime) -> int:
    """Erase the people of the journal from a restored database. May be repeated.

    Args:
        entries: entries of the journal since the copy, the oldest first.
        key: key of the hashes.

    Returns:
        The number of people that the database knew.
    """
    last = {entry.hashed: entry for entry in entries}
    erasures = {hashed: entry for hashed, entry in last.items() if not entry.lifted}
    lifted = [hashed for hashed, entry in last.items() if entry.lifted]
    connection.execute(delete(erased_phone).where(erased_phone.c.phone_hash.in_(lifted)))
    if not erasures:
        return 0
    found = {phone: hashed for phone in _phones(connection) if (hashed := phone_hash(key, phone)) in erasures}
    for phone, hashed in found.items():
        erase(connection, phone, key=key, author=author, reason=_REASON, now=now, at=erasures[hashed].at)
    for hashed, entry in erasures.items():
        erased_phones.remember(connection, hashed, at=entry.at)
    return len(found)


def _phones(connection: Connection) -> Iterator[str]:
    """Yield every phone of the database, some more than once, in batches: there may be millions."""
    rows = connection.execute(_PHONES, execution_options={"yield_per": _BATCH})
    yield from rows.scalars()
