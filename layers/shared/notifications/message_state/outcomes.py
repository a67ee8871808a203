"""Outcomes that a sender records for the messages that it claimed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from notifications.contracts.enumerations import Verdict
from notifications.contracts.phrases import Params
from notifications.contracts.reasons import Reason
from notifications.message_state.transition import execute, transition

# A message that cannot be delivered is given up after this many attempts.
MAX_ATTEMPTS = 8
# What is remembered of a message, the newest claims; those that find the provider down use up no attempt.
ATTEMPTS_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Outcome of one claimed message.

    Attributes:
        verdict: the new status; `pending` defers it to `due_at`.
        attempted: True if an attempt was used up.
        due_at, closes_at: the next opening, for `pending`.
        error: why it was not sent, in English; with the reason's code and parameters.
        in_doubt: True if the provider may have accepted it all the same.
        calls: number of calls; without any, no attempt is listed.
        called_at, duration_ms: begin and time of the calls.
    """

    id: int
    claim: int
    verdict: Verdict
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


# What goes back and was scheduled by an older schedule is closed at its due time: it is reopened by the new one then.
_RECORD_OUTCOMES = transition(
    pick="""
        SELECT m.id, m.status, o.*, COALESCE(m.schedule_version <> mailing.schedule_version, false) AS stale
        FROM unnest(
            CAST(:ids AS bigint[]), CAST(:claims AS int[]), CAST(:verdicts AS text[]), CAST(:attempted AS int[]),
            CAST(:due_at AS timestamptz[]), CAST(:closes_at AS timestamptz[]), CAST(:errors AS text[]),
            CAST(:in_doubt AS int[]), CAST(:calls AS int[]), CAST(:called_at AS timestamptz[]),
            CAST(:durations AS int[]), CAST(:error_codes AS text[]), CAST(:error_params AS text[])
        ) AS o (
            message_id, claim, verdict, attempted, due_at, closes_at, error, in_doubt, calls, called_at, duration_ms,
            error_code, error_params
        )
        JOIN message AS m ON m.id = o.message_id AND m.claim = o.claim
        LEFT JOIN mailing ON mailing.id = m.mailing_id
        WHERE m.status = 'sending'
        FOR UPDATE OF m
    """,
    change="""
        status = CASE WHEN p.verdict = 'expired' AND p.stale THEN 'pending' ELSE p.verdict END,
        since = :now, lease_until = NULL,
        attempts = m.attempts + p.attempted,
        due_at = COALESCE(p.due_at, m.due_at),
        closes_at = CASE WHEN p.stale AND p.verdict IN ('pending', 'expired') THEN COALESCE(p.due_at, m.due_at)
            ELSE COALESCE(p.closes_at, m.closes_at) END,
        sent_at = CASE p.verdict WHEN 'sent' THEN CAST(:now AS timestamptz) END,
        last_error = CASE p.verdict WHEN 'sent' THEN NULL ELSE COALESCE(p.error, m.last_error) END,
        last_error_code = CASE WHEN p.verdict = 'sent' THEN NULL
            WHEN p.error IS NULL THEN m.last_error_code ELSE p.error_code END,
        last_error_params = CASE WHEN p.verdict = 'sent' THEN NULL
            WHEN p.error IS NULL THEN m.last_error_params ELSE CAST(p.error_params AS jsonb) END,
        in_doubt = p.verdict <> 'sent' AND (m.in_doubt OR p.in_doubt = 1)
    """,
    result=f"""
        , attempted AS (
            INSERT INTO attempt (message_id, claim, at, duration_ms, calls, outcome, error, error_code)
            SELECT p.id, p.claim, p.called_at, p.duration_ms, p.calls, p.verdict, p.error, p.error_code
            FROM changed JOIN picked AS p ON p.id = changed.id
            WHERE p.calls > 0
        ), forgotten AS (
            DELETE FROM attempt WHERE ctid = ANY(ARRAY(
                SELECT old.ctid FROM changed CROSS JOIN LATERAL (
                    SELECT ctid FROM attempt
                    WHERE message_id = changed.id AND claim <= changed.claim - {ATTEMPTS_KEPT} OFFSET 0
                ) AS old
                WHERE changed.claim > {ATTEMPTS_KEPT}
            ))
        )
        SELECT id FROM changed
    """,
)


def record_outcomes(connection: Connection, outcomes: Sequence[Outcome], *, now: datetime) -> set[int]:
    """Record the outcomes of claimed messages.

    Returns:
        The ids that were recorded. The others have been claimed again since, and their outcomes come too late.
    """
    rows = execute(
        connection,
        _RECORD_OUTCOMES,
        now=now,
        ids=[outcome.id for outcome in outcomes],
        claims=[outcome.claim for outcome in outcomes],
        verdicts=[outcome.verdict for outcome in outcomes],
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
    )
    return {row.id for row in rows}
