"""Recording of a batch's outcomes, for as long as its invocation has time.

Outcomes that are not recorded are lost with the invocation: the messages would be sent again, or stay unknown.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from notifications import message_state
from notifications.clients.opt_outs.commands import ErasureKey, Recorder
from notifications.clients.opt_outs.opt_out import OptOut
from notifications.contracts.enumerations import OptOutScope, OptOutSource
from notifications.contracts.observability import logger
from notifications.database.engine import autocommitting
from notifications.events.audit import Author
from notifications.mailings import repository as mailings
from notifications.message_state import Claimed, Outcome
from sender import telemetry
from sender.attempt import AttemptResult
from sender.outages import retrying
from sender.providers.base import OptedOut

# Author of the opt-outs that a provider reports.
AUTHOR = Author(actor="sender", name="sender", role="", request_id="")
# A failover of the database takes 30 to 60 seconds.
RECORDING_TIME = timedelta(seconds=65)


def opt_outs_of(claimed: Sequence[Claimed], results: Sequence[AttemptResult], *, now: datetime) -> Sequence[OptOut]:
    """Return the opt-outs that the provider has reported, one for a phone."""
    found = {
        message.phone: OptOut(
            phone=message.phone,
            scope=OptOutScope.ALL,
            source=OptOutSource.PROVIDER,
            reason=result.error.words,
            at=now,
        )
        for message, result in zip(claimed, results, strict=True)
        if isinstance(result.error, OptedOut)
    }
    return list(found.values())


def record_outcomes(
    engine: Engine,
    claimed: Sequence[Claimed],
    outcomes: Sequence[Outcome],
    refused: Sequence[OptOut] = (),
    *,
    erasure_key: ErasureKey,
    now: datetime,
    ends: float,
) -> None:
    """Record the outcomes of claimed messages, and opt-outs before them. Retry while the database is away.

    Args:
        refused: opt-outs that the provider has reported. Other waiting messages of these people are suppressed.
        erasure_key: returns the key of the hashes of erased phones.
        ends: time by which the last try must be over, by the monotonic clock.

    Raises:
        DBAPIError: the database was away for too long.
    """
    try:
        recorded = retrying(ends)(_record, engine, outcomes, refused, erasure_key, now)
    except DBAPIError:
        logger.exception("outcomes lost", extra={"outcomes": {each.id: each.status for each in outcomes}})
        raise
    telemetry.log_outcomes(claimed, outcomes, recorded, now=now)
    # In a transaction of its own, so that of two workers with a mailing's last messages one sees both outcomes.
    with autocommitting(engine).connect() as connection:
        mailings.finish(connection, {each.mailing_id for each in claimed if each.mailing_id is not None}, now=now)


def _record(
    engine: Engine, outcomes: Sequence[Outcome], refused: Sequence[OptOut], erasure_key: ErasureKey, now: datetime
) -> set[int]:
    if refused:
        recorder = Recorder(
            recording=engine.begin, suppressing=engine.begin, erasure_key=erasure_key, author=AUTHOR, now=now
        )
        new = recorder.record(refused)
        telemetry.log_opt_outs([each.after for each in new if each.is_changed])
    with autocommitting(engine).connect() as connection:
        return message_state.record_outcomes(connection, outcomes, now=now)
