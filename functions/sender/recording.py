"""Recording of a batch's outcomes, for as long as its invocation has time.

Outcomes that are not recorded are lost with the invocation: the messages would be sent again, or stay unknown.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from notifications import message_state
from notifications.contracts.observability import logger
from notifications.database.engine import autocommitting
from notifications.mailings import repository as mailings
from notifications.message_state import Claimed, Outcome
from sender import telemetry
from sender.outages import retrying

# A failover of the database takes 30 to 60 seconds.
RECORDING_TIME = timedelta(seconds=65)


def record_outcomes(
    engine: Engine, claimed: Sequence[Claimed], outcomes: Sequence[Outcome], *, now: datetime, ends: float
) -> None:
    """Record the outcomes of claimed messages. Retry while the database is away.

    Args:
        ends: time by which the last try must be over, by the monotonic clock.

    Raises:
        DBAPIError: the database was away for too long.
    """
    try:
        recorded = retrying(ends)(_record, engine, outcomes, now)
    except DBAPIError:
        logger.exception("outcomes lost", extra={"outcomes": {each.id: each.status for each in outcomes}})
        raise
    telemetry.log_outcomes(claimed, outcomes, recorded, now=now)
    # In a transaction of its own, so that of two workers with a mailing's last messages one sees both outcomes.
    with autocommitting(engine).connect() as connection:
        mailings.finish(connection, {each.mailing_id for each in claimed if each.mailing_id is not None}, now=now)


def _record(engine: Engine, outcomes: Sequence[Outcome], now: datetime) -> set[int]:
    with autocommitting(engine).connect() as connection:
        return message_state.record_outcomes(connection, outcomes, now=now)
