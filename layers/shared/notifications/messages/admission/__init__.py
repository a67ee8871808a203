"""Admission: reserves what the messages of a batch need before they are claimed, and claims those that have it.

Each check looks at the messages that the checks before it have admitted, and locks the rows that its limit is kept in.
All senders lock in one order, the rows that most senders share last, so that no two wait for each other:

1. what is kept for a person, by phone: nothing yet;
2. what is kept for a mailing, by its id: its rate (`mailing_rate`);
3. the provider: its circuit breaker and its rate (`provider`);
4. the messages, those that others have locked being skipped, and their running counts.

One read finds out which checks there are for a batch. Where nothing is limited, nothing is locked or written.
"""

from notifications.messages.admission.admitting import Admission, admit
from notifications.messages.admission.checks import CallTime
from notifications.messages.admission.further_calls import is_withdrawn, next_call_time

__all__ = ["Admission", "CallTime", "admit", "is_withdrawn", "next_call_time"]
