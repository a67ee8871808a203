"""Status transitions of messages: the only place where a message changes its status.

Each transition is one statement that selects rows, updates them and adjusts the running counts of their mailings.
The counts therefore equal the number of rows at every commit (DESIGN: message life).
"""

from notifications.message_state.claims import LEASE, Claimed, claim, give_back
from notifications.message_state.due_times import Openings, closed_zones, reopen, reschedule, unschedule
from notifications.message_state.endings import cancel, cancel_for_clients, end_erased, expire, hold, suppress
from notifications.message_state.errors import erase_words, held
from notifications.message_state.operator_decisions import Decided, ended, give_up, last_ended, resend, retry
from notifications.message_state.outcomes import ATTEMPTS_KEPT, MAX_ATTEMPTS, Outcome, record_outcomes
from notifications.message_state.recovery.dead_letters import mark_dead_lettered
from notifications.message_state.recovery.restore import MarkedUnknown, mark_unknown
from notifications.message_state.recovery.sweeping import MAX_QUEUED_TIME, OVERDUE_TIME, Swept, count_overdue, sweep
from notifications.message_state.releasing import (
    Due,
    are_under_way,
    bring_forward,
    postpone,
    put_back,
    release,
    set_sendable,
    with_due,
)
from notifications.message_state.transition import COUNT_SHARDS, count

__all__ = [
    "ATTEMPTS_KEPT",
    "COUNT_SHARDS",
    "LEASE",
    "MAX_ATTEMPTS",
    "MAX_QUEUED_TIME",
    "OVERDUE_TIME",
    "Claimed",
    "Decided",
    "Due",
    "MarkedUnknown",
    "Openings",
    "Outcome",
    "Swept",
    "are_under_way",
    "bring_forward",
    "cancel",
    "cancel_for_clients",
    "claim",
    "closed_zones",
    "count",
    "count_overdue",
    "end_erased",
    "ended",
    "erase_words",
    "expire",
    "give_back",
    "give_up",
    "held",
    "hold",
    "last_ended",
    "mark_dead_lettered",
    "mark_unknown",
    "postpone",
    "put_back",
    "record_outcomes",
    "release",
    "reopen",
    "reschedule",
    "resend",
    "retry",
    "set_sendable",
    "suppress",
    "sweep",
    "unschedule",
    "with_due",
]
