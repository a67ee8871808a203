"""Opt people out, one by one or by a file, and find and lift opt-outs.

An opt-out is exact in one order only. Its row is committed first: claims that begin later read it. Then the waiting
messages are suppressed in a second transaction, which waits for the claims that began earlier. When the caller is
answered, no claim of a covered message commits any more. After a crash between the two, a repeated call does both.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
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


def opt_out(
    given: Collection[OptOut],
    *,
    recording: Transaction,
    suppressing: Transaction,
    erasure_key: ErasureKey,
    author: Author,
    now: datetime,
) -> Sequence[Recorded]:
    """Record opt-outs, each change with an entry in the audit log, and suppress the waiting messages of their phones.

    Args:
        given: one for a phone at most.
        recording: opens the transaction of the opt-outs, which has committed when its block ends.
        suppressing: opens the transaction of the messages, or joins an open one.
        erasure_key: returns the key of the hashes of erased phones. These have opted out already, and are not stored.

    Returns:
        One for each given opt-out, in the order of phones.
    """

    def log(connection: Connection, recorded: Sequence[Recorded]) -> None:
        for action, is_new in ((AuditAction.CREATE, True), (AuditAction.CHANGE, False)):
            changes = [_change(each) for each in recorded if each.is_changed and each.is_new is is_new]
            if changes:
                audit.record_all(connection, author, action, AuditKind.OPT_OUT, changes, now=now)

    return _in_order(given, log, recording, suppressing, erasure_key=erasure_key, now=now)


def import_opt_outs(
    given: Collection[OptOut],
    *,
    recording: Transaction,
    suppressing: Transaction,
    erasure_key: ErasureKey,
    author: Author,
    now: datetime,
) -> Sequence[Recorded]:
    """Record the opt-outs of a file, with one entry in the audit log if any changes, and suppress waiting messages.

    Args:
        given: one for a phone at most.
        recording, suppressing, erasure_key: as those of `opt_out`.
    """

    def log(connection: Connection, recorded: Sequence[Recorded]) -> None:
        changed = [each for each in recorded if each.is_changed]
        if not changed:
            return
        created = sum(each.is_new for each in changed)
        after = {"created": created, "updated": len(changed) - created}
        audit.record(
            connection, author, AuditAction.IMPORT, AuditKind.OPT_OUT, IMPORT_KEY, before=None, after=after, now=now
        )

    return _in_order(given, log, recording, suppressing, erasure_key=erasure_key, now=now)


def find(connection: Connection, phone: str, *, erasure_key: bytes) -> OptOut:
    """Return the opt-out of a phone; that of an erased person is known by the hash of the phone.

    Raises:
        NotFound: there is none.
    """
    found = repository.find(connection, phone)
    if found is not None:
        return found
    erased_at = erased_phones.find(connection, phone_hash(erasure_key, phone))
    if erased_at is None:
        raise NotFound(ProblemCode.OPT_OUT_NOT_FOUND, phone=phone)
    return of_erased(phone, erased_at)


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


def _in_order(
    given: Collection[OptOut],
    log: Callable[[Connection, Sequence[Recorded]], None],
    recording: Transaction,
    suppressing: Transaction,
    *,
    erasure_key: ErasureKey,
    now: datetime,
) -> Sequence[Recorded]:
    if not given:
        return ()
    with recording() as connection:
        erased = erased_phones.erasures(connection, erasure_key(), [each.phone for each in given])
        recorded = repository.record(connection, [each for each in given if each.phone not in erased])
        log(connection, recorded)
    with suppressing() as connection:
        message_state.suppress(connection, [each.after.phone for each in recorded], now=now)
    found = [of_erased(phone, at) for phone, at in erased.items()]
    return [*recorded, *(Recorded(before=each, after=each) for each in found)]


def _change(recorded: Recorded) -> Change:
    before = recorded.before.as_json() if recorded.before else None
    return Change(recorded.after.phone, before, recorded.after.as_json())
