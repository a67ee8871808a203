"""Record the outcomes of claimed messages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from notifications.contracts.enumerations import UNACCEPTED_STATUSES, MessageStatus, OutcomeStatus
from notifications.contracts.phrases import Params
from notifications.contracts.reasons import Reason
from notifications.message_state.errors import error_values
from notifications.message_state.transition import CLIENT_DELETED, end_as, execute, load_transition

# A message fails after this many attempts.
MAX_ATTEMPTS = 8
# Attempts kept of a message, the newest first. Calls while the provider is down use up no attempt but are listed.
ATTEMPTS_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Outcome of one claimed message.

    Attributes:
        status: the new status; `pending` postpones the message to `due_at`.
        attempted: True if an attempt was used up.
        due_at, closes_at: the next opening, for `pending`.
        error: why the message was not sent, in English.
        error_code, error_params: the reason's code and parameters.
        in_doubt: True if the provider may have accepted the message nevertheless.
        calls: number of calls to the provider. No attempt is listed if it is 0.
        called_at, duration_ms: start and duration of the calls.
        text: the text that the provider has accepted, or may have accepted; None if it certainly accepted none.
    """

    id: int
    claim: int
    status: OutcomeStatus
    attempted: bool = True
    due_at: datetime | None = None
    closes_at: datetime | None = None
    error: str | None = None
    error_code: Reason | None = None
    error_params: Params | None = None
    in_doubt: bool = False
    calls: int = 0
    called_at: datetime | None = None
    duration_ms: int | None = None
    text: str | None = None

    @property
    def recorded_status(self) -> OutcomeStatus:
        """Return the status that the message gets: `unknown` in place of an end without acceptance if in doubt."""
        return (
            OutcomeStatus.UNKNOWN
            if self.in_doubt and MessageStatus(self.status) in UNACCEPTED_STATUSES
            else self.status
        )


_IN_DOUBT = "(m.in_doubt OR p.in_doubt = 1)"
_STATUS = end_as(
    """
    CASE WHEN p.is_held AND p.in_doubt = 1 AND NOT m.in_doubt AND p.next_status = 'pending' THEN 'unknown'
        WHEN p.cancelled THEN 'cancelled' WHEN p.next_status = 'expired' AND p.stale THEN 'pending'
        ELSE p.next_status END
    """,
    in_doubt=_IN_DOUBT,
)
_DELETED_TEXT, _DELETED_CODE, _DELETED_PARAMS = error_values(Reason.CLIENT_DELETED, in_doubt=_IN_DOUBT)
_RECORD_OUTCOMES = load_transition(
    Path(__file__).with_name("sql") / "record_outcomes.sql",
    attempts_kept=str(ATTEMPTS_KEPT),
    client_deleted=CLIENT_DELETED,
    client_deleted_text=_DELETED_TEXT,
    client_deleted_code=_DELETED_CODE,
    client_deleted_params=_DELETED_PARAMS,
    status=_STATUS,
    in_doubt=_IN_DOUBT,
)


def record_outcomes(connection: Connection, outcomes: Sequence[Outcome], *, now: datetime) -> set[int]:
    """Record the outcomes of claimed messages. A postponed message of a deleted client is cancelled.

    A message in doubt becomes `unknown` in place of an end without acceptance. So does one that would wait
    again if the doubt is new and its mailing has begun to hold such messages since the claim.

    Returns:
        The ids of recorded messages. The others have been claimed again since: their outcomes came too late.
    """
    rows = execute(
        connection,
        _RECORD_OUTCOMES,
        now=now,
        ids=[outcome.id for outcome in outcomes],
        claims=[outcome.claim for outcome in outcomes],
        next_statuses=[outcome.status for outcome in outcomes],
        attempted=[int(outcome.attempted) for outcome in outcomes],
        due_at=[outcome.due_at for outcome in outcomes],
        closes_at=[outcome.closes_at for outcome in outcomes],
        errors=[outcome.error for outcome in outcomes],
        in_doubt=[int(outcome.in_doubt) for outcome in outcomes],
        calls=[outcome.calls for outcome in outcomes],
        called_at=[outcome.called_at for outcome in outcomes],
        durations=[outcome.duration_ms for outcome in outcomes],
        error_codes=[outcome.error_code for outcome in outcomes],
        error_params=[outcome.error_params and json.dumps(outcome.error_params) for outcome in outcomes],
        texts=[outcome.text for outcome in outcomes],
    )
    return {row.id for row in rows}
