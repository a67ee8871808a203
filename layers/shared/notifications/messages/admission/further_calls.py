"""Further calls for a claimed message: each needs a time by all limits, and that the person has not opted out since."""

from datetime import datetime

from sqlalchemy import Engine

from notifications.clients.opt_outs import repository as opt_outs
from notifications.database.engine import autocommitting
from notifications.message_state import Claimed
from notifications.messages.admission import mailing_rates
from notifications.messages.admission.checks import CallTime, Clock
from notifications.providers import quotas


def next_call_time(engine: Engine, before: CallTime, *, clock: Clock) -> datetime | None:
    """Reserve the time of a further call, in a transaction of its own; None if it is too far away to be waited for.

    Args:
        before: time of the call before, with the limits that bind the message.
    """
    with engine.begin() as connection:
        times = []
        if before.rate is not None:
            times.append(mailing_rates.take_further(connection, before.rate, clock=clock))
        if before.provider is not None and None not in times:
            times.append(quotas.take_further(connection, before.provider, now=clock()))
    reserved = [each for each in times if each is not None]
    return max(reserved) if len(reserved) == len(times) else None


def has_opted_out(engine: Engine, message: Claimed) -> bool:
    """Return True if the message's person has opted out of its category, the claim notwithstanding."""
    with autocommitting(engine).connect() as connection:
        return opt_outs.covers(connection, message.phone, message.category)
