"""Further calls for a claimed message: each needs a time by all limits, and a message that was not withdrawn since."""

from datetime import datetime

from sqlalchemy import Engine, and_, exists, false, select

from notifications.clients.opt_outs import repository as opt_outs
from notifications.contracts.enumerations import MessageStatus
from notifications.database.engine import autocommitting
from notifications.database.tables import message as messages
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


def is_withdrawn(engine: Engine, message: Claimed) -> bool:
    """Return True if a message must not be sent any more though it was claimed.

    Its person has opted out of its category, which holds back no confirmation, or it has ended since: the person's data
    was erased.
    """
    is_claimed = exists().where(
        and_(
            messages.c.id == message.id,
            messages.c.claim == message.claim,
            messages.c.status == MessageStatus.SENDING,
        )
    )
    has_opted_out = false() if message.is_confirmation else opt_outs.covering(message.phone, message.category)
    with autocommitting(engine).connect() as connection:
        return connection.execute(select(~is_claimed | has_opted_out)).scalar_one()
