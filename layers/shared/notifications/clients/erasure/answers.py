"""Stored answers of calls under an idempotency key, which must quote no erased person.

A call that is under way during an erasure stores its answer after it. Either the call sees the erasure by then, or the
erasure, which looks at the answers again once it has committed, waits for the end of the call.
"""

import re
from collections.abc import Callable, Collection

from sqlalchemy import Connection, exists, select, text

from notifications.clients.erasure.hashes import phone_hash
from notifications.database.tables import erased_phone

_PHONE = re.compile("[0-9]{7,15}")
# Locks of their own: a call holds rows by now that an erasure waits for while it holds the locks of `erased_phones`.
_KEEP = text("""
    SELECT pg_advisory_xact_lock_shared(31, first_byte)
    FROM (SELECT DISTINCT get_byte(hash, 0) AS first_byte FROM unnest(CAST(:hashes AS bytea[])) AS hash ORDER BY 1) AS o
""")
_WAIT = text("SELECT pg_advisory_xact_lock(31, :first_byte)")
# The call is done again when it is repeated: it is then refused, or tells of nobody. Whoever has locked a row replaces
# its answer, which is older than keys are kept for.
_ERASE = text("""
    DELETE FROM idempotency WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM idempotency WHERE quotes_any(CAST(answer AS text), :phones) FOR UPDATE SKIP LOCKED
    ))
""")


def quotes_erased(connection: Connection, key: Callable[[], bytes], answer: str) -> bool:
    """Return True if an answer quotes the phone of an erased person. Store it in this transaction if it does not.

    Args:
        key: returns the key of the hashes.
    """
    phones = set(_PHONE.findall(answer))
    if not phones:
        return False
    hashes = [phone_hash(key(), phone) for phone in phones]
    connection.execute(_KEEP, {"hashes": hashes})
    return connection.execute(select(exists().where(erased_phone.c.phone_hash.in_(hashes)))).scalar_one()


def wait_for_calls(connection: Connection, hashed: bytes) -> None:
    """Wait for the calls that have not seen the erasure of a phone. Call it first, when the erasure has committed."""
    connection.execute(_WAIT, {"first_byte": hashed[0]})


def erase(connection: Connection, phones: Collection[str]) -> None:
    """Delete the answers that quote one of the phones."""
    connection.execute(_ERASE, {"phones": list(phones)})
