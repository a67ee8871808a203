"""Erases all data of a person in one transaction. The phone is known by its hash from then on, and refused."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from notifications.clients.erasure import erased_phones, records, texts
from notifications.clients.erasure import person as people
from notifications.clients.erasure.hashes import phone_hash, reference
from notifications.clients.erasure.person import Person
from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.contracts.errors import NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.contracts.reasons import ERASED_WORDS
from notifications.events import audit
from notifications.events.audit import Author

# The trigger of the first statement writes rows that the second one deletes. Tags go with the client.
_CLIENTS = [
    text("DELETE FROM client WHERE phone = :phone"),
    text("DELETE FROM former_client WHERE phone = :phone"),
    text("DELETE FROM opt_out WHERE phone = :phone"),
    text("DELETE FROM reply WHERE phone = :phone"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """An erasure.

    Attributes:
        hashed: hash of the phone.
        at: time of the first erasure of the phone.
        messages: number of messages that were erased by this one.
        changes: number of entries of the audit log that were.
        found: True if anything was stored under the phone.
    """

    hashed: bytes
    at: datetime
    messages: int = 0
    changes: int = 0
    found: bool = True

    @property
    def reference(self) -> str:
        """Return the name of the erasure in the audit log."""
        return reference(self.hashed)


def erase(
    connection: Connection, phone: str, *, key: bytes, author: Author, reason: str, now: datetime, at: datetime
) -> Erasure:
    """Erase all that is stored of a person. May be repeated.

    Args:
        key: key of the hashes.
        reason: in the author's words; what quotes the person is left out of it.
        at: time of the erasure; earlier than `now` where it is repeated in a restored database.

    Raises:
        NotFound: nothing is known of the phone.
    """
    hashed = phone_hash(key, phone)
    records.lock_imports(connection)
    erased_phones.lock(connection, hashed)
    if not people.is_known(connection, phone):
        return _of_unknown(connection, hashed, phone)
    found = people.lock(connection, phone)
    remembered = erased_phones.remember(connection, hashed, at=at)
    records.erase(connection, found, reference=reference(hashed))
    for statement in _CLIENTS:
        connection.execute(statement, {"phone": phone})
    kept = {"reason": _without(found, reason)}
    audit.record(
        connection,
        author,
        AuditAction.ERASE,
        AuditKind.CLIENT,
        reference(hashed),
        before=None,
        after=kept,
        now=now,
    )
    messages = texts.erase(connection, found, now=now)
    return Erasure(hashed=hashed, at=remembered, messages=messages, changes=len(found.change_ids))


def _of_unknown(connection: Connection, hashed: bytes, phone: str) -> Erasure:
    at = erased_phones.find(connection, hashed)
    if at is None:
        raise NotFound(ProblemCode.PERSON_NOT_FOUND, phone=phone)
    return Erasure(hashed=hashed, at=at, found=False)


def _without(person: Person, words: str) -> str:
    """Return the words without those that quote the person."""
    longest_first = sorted(person.values, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), ERASED_WORDS, words, flags=re.IGNORECASE)
