"""Opt people out, one by one or by a file, and lift opt-outs.

An opt-out is exact in one order only. Its row is committed first: claims that begin later read it. Then the waiting
messages are suppressed in a second transaction, which waits for the claims that began earlier. When the caller is
answered, no claim of a covered message commits any more. After a crash between the two, a repeated call does both.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection

from notifications import message_state
from notifications.clients.opt_outs import repository
from notifications.clients.opt_outs.opt_out import OptOut, Recorded
from notifications.contracts.enumerations import AuditAction, AuditKind
from notifications.contracts.errors import NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.events import audit
from notifications.events.audit import Author, Change

# Key of an import's entry in the audit log.
IMPORT_KEY = "import"

# Opens a transaction, which commits at the end of the block.
type Transaction = Callable[[], AbstractContextManager[Connection]]


def opt_out(
    given: Collection[OptOut], *, recording: Transaction, suppressing: Transaction, author: Author, now: datetime
) -> Sequence[Recorded]:
    """Record opt-outs, each change with an entry in the audit log, and suppress the waiting messages of their phones.

    Args:
        given: one for a phone at most.
        recording: opens the transaction of the opt-outs, which has committed when its block ends.
        suppressing: opens the transaction of the messages, or joins an open one.
    """

    def log(connection: Connection, recorded: Sequence[Recorded]) -> None:
        for action, is_new in ((AuditAction.CREATE, True), (AuditAction.CHANGE, False)):
            changes = [_change(each) for each in recorded if each.is_changed and each.is_new is is_new]
            if changes:
                audit.record_all(connection, author, action, AuditKind.OPT_OUT, changes, now=now)

    return _in_order(given, log, recording, suppressing, now)


def import_opt_outs(
    given: Collection[OptOut], *, recording: Transaction, suppressing: Transaction, author: Author, now: datetime
) -> Sequence[Recorded]:
    """Record the opt-outs of a file, with one entry in the audit log if any changes, and suppress waiting messages.

    Args:
        given: one for a phone at most.
        recording, suppressing: as those of `opt_out`.
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

    return _in_order(given, log, recording, suppressing, now)


def lift(connection: Connection, phone: str, *, reason: str, author: Author, now: datetime) -> None:
    """Lift the opt-out of a phone, with an entry in the audit log. Suppressed messages stay suppressed.

    Raises:
        NotFound: the phone has none.
    """
    lifted = repository.lift(connection, phone)
    if lifted is None:
        raise NotFound(ProblemCode.OPT_OUT_NOT_FOUND, phone=phone)
    before, after = lifted.as_json(), {"reason": reason}
    audit.record(connection, author, AuditAction.DELETE, AuditKind.OPT_OUT, phone, before=before, after=after, now=now)


def _in_order(
    given: Collection[OptOut],
    log: Callable[[Connection, Sequence[Recorded]], None],
    recording: Transaction,
    suppressing: Transaction,
    now: datetime,
) -> Sequence[Recorded]:
    if not given:
        return ()
    with recording() as connection:
        recorded = repository.record(connection, given)
        log(connection, recorded)
    with suppressing() as connection:
        message_state.suppress(connection, [each.phone for each in given], now=now)
    return recorded


def _change(recorded: Recorded) -> Change:
    before = recorded.before.as_json() if recorded.before else None
    return Change(recorded.after.phone, before, recorded.after.as_json())
