"""Mailings in a wanted state, brought there by the dispatcher's and the sender's code."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from notifications import message_state
from notifications.contracts.enumerations import OutcomeStatus
from notifications.events.audit import Author
from notifications.mailings import planning
from notifications.mailings import repository as mailings
from notifications.message_state import Outcome
from tests.support.mailings.claims import claim_messages

# Author of the jobs of tests that call no API.
AUTHOR = Author(actor="u-1", name="ann", role="operator", request_id="req-1")


def plan(engine: Engine, mailing_id: int) -> None:
    """Begin a mailing and write its messages."""
    with engine.begin() as connection:
        planning.begin(connection, mailing_id)
        row = mailings.get(connection, mailing_id, lock=True)
        planning.plan_chunk(connection, row, now=datetime.now(UTC), size=1000, requires_consent=False)


def send(engine: Engine, mailing_id: int, outcomes: Iterable[tuple[str, str | None]]) -> None:
    """Release and claim as many messages as there are outcomes, and record these."""
    now, wanted = datetime.now(UTC), list(outcomes)
    with engine.begin() as connection:
        until = now + timedelta(minutes=1)
        due = message_state.release(connection, mailing_id, now=now, due_before=until, at_most=len(wanted))
        claimed = claim_messages(connection, [each.id for each in due], now=now + timedelta(seconds=1))
        recorded = [
            Outcome(
                id=each.id,
                claim=each.claim,
                status=OutcomeStatus(verdict),
                error=error,
                calls=1,
                called_at=now,
                duration_ms=20,
            )
            for each, (verdict, error) in zip(claimed, wanted, strict=True)
        ]
        message_state.record_outcomes(connection, recorded, now=now + timedelta(seconds=1))
