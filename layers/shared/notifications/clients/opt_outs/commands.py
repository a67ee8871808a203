"""Opt people out, one by one or by a file, and find and lift opt-outs.

An opt-out is exact in one order only. Its row is committed first: claims that begin later read it. Then the waiting
messages are suppressed in a second transaction, which waits for the claims that began earlier. When the caller is
answered, no claim of a covered message commits any more. After a crash between the two, a repeated call does both.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from notifications import message_state
from notifications.clients.erasure import erased_phones
from notifications.clients.erasure.hashes import phone_hash, reference
from notifications.clients.erasure.journal import Journal
from notifications.clients.opt_outs import repository
from notifications.clients.opt_outs.opt_out import OptOut, Recorded, of_erased
from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.contracts.errors import NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.events import audit
from notifications.events.audit import Author, Change

# Key of an import's entry in the audit log.
IMPORT_KEY = "import"

# Opens a transaction, which commits at the end of the block.
type Transaction = Callable[[], AbstractContextManager[Connection]]
type ErasureKey = Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """Records opt-outs for an author.

    Attributes:
        recording: opens the transaction of the opt-outs, which has committed when its block ends.
        suppressing: opens the transaction of the messages, or joins an open one.
        erasure_key: returns the key of the hashes of erased phones. These have opted out already, and are not stored.
    """

    recording: Transaction
    suppressing: Transaction
    erasure_key: ErasureKey
    author: Author
    now: datetime

    def record(self, given: Collection[OptOut]) -> Sequence[Recorded]:
        """Record opt-outs, each change with an entry in the audit log, and suppress the waiting messages of the phones.

        Args:
            given: one for a phone at most.

        Returns:
            One for each given opt-out; those of erased people come last.
        """
        return self._record(given, self._log_each)

    def record_file(self, given: Collection[OptOut]) -> Sequence[Recorded]:
        """Record the opt-outs of a file as `record` does, but with one entry in the audit log if any changes."""
        return self._record(given, self._log_together)

    def _record(
        self, given: Collection[OptOut], log: Callable[[Connection, Sequence[Recorded]], None]
    ) -> Sequence[Recorded]:
        if not given:
            return ()
        with self.recording() as connection:
            erased = erased_phones.erasures(connection, self.erasure_key(), [each.phone for each in given])
            recorded = repository.record(connection, [each for each in given if each.phone not in erased])
            log(connection, [each for each in recorded if each.is_changed])
        with self.suppressing() as connection:
            message_state.suppress(connection, [each.after.phone for each in recorded], now=self.now)
        found = [of_erased(phone, at) for phone, at in erased.items()]
        return [*recorded, *(Recorded(before=each, after=each) for each in found)]

    def _log_each(self, connection: Connection, changed: Sequence[Recorded]) -> None:
        for action, is_new in ((AuditAction.CREATE, True), (AuditAction.CHANGE, False)):
            if changes := [_change(each) for each in changed if each.is_new is is_new]:
                audit.record_all(connection, self.author, action, AuditKind.OPT_OUT, changes, now=self.now)

    def _log_together(self, connection: Connection, changed: Sequence[Recorded]) -> None:
        if changed:
            created = sum(each.is_new for each in changed)
            after = {"created": created, "updated": len(changed) - created}
            entry = (AuditAction.IMPORT, AuditKind.OPT_OUT, IMPORT_KEY)
            audit.record(connection, self.author, *entry, before=None, after=after, now=self.now)


def find(connection: Connection, phone: str, *, erasure_key: bytes) -> OptOut:
    """Return the opt-out of a phone. An erased person is found by the hash of the phone.

    Raises:
        NotFound: there is none.
    """
    found = find_or_none(connection, phone, erasure_key=erasure_key)
    if found is None:
        raise NotFound(ProblemCode.OPT_OUT_NOT_FOUND, phone=phone)
    return found


def find_or_none(connection: Connection, phone: str, *, erasure_key: bytes) -> OptOut | None:
    """Return the opt-out of a phone as `find` does, or None."""
    found = repository.find(connection, phone)
    if found is not None:
        return found
    erased_at = erased_phones.find(connection, phone_hash(erasure_key, phone))
    return None if erased_at is None else of_erased(phone, erased_at)


def lift(
    connection: Connection,
    phone: str,
    *,
    reason: str,
    erasure_key: bytes,
    journal: Journal,
    author: Author,
    now: datetime,
) -> None:
    """Lift the opt-out of a phone, with an entry in the audit log. Suppressed messages stay suppressed.

    The phone of an erased person is accepted again. Its entry has the reference of the erasure in place of the phone.

    Raises:
        NotFound: the phone has none.
    """
    lifted = repository.lift(connection, phone)
    key, before = phone, lifted.as_json() if lifted else None
    if lifted is None:
        if not erased_phones.forget(connection, erasure_key, phone, journal=journal, now=now):
            raise NotFound(ProblemCode.OPT_OUT_NOT_FOUND, phone=phone)
        key = reference(phone_hash(erasure_key, phone))
    after = {"reason": reason}
    audit.record(connection, author, AuditAction.DELETE, AuditKind.OPT_OUT, key, before=before, after=after, now=now)


def lift_older(
    connection: Connection, moments: Mapping[str, datetime], *, author: Author, now: datetime
) -> Sequence[OptOut]:
    """Lift the opt-outs of phones that are no newer than a moment, each with an entry in the audit log.

    Suppressed messages stay suppressed.

    Args:
        moments: the moments by phone. None of the phones is that of an erased person.
    """
    lifted = repository.lift_older(connection, moments)
    changes = [Change(each.phone, each.as_json(), None) for each in lifted]
    if changes:
        audit.record_all(connection, author, AuditAction.DELETE, AuditKind.OPT_OUT, changes, now=now)
    return lifted


def _change(recorded: Recorded) -> Change:
    before = recorded.before.as_json() if recorded.before else None
    return Change(recorded.after.phone, before, recorded.after.as_json())
