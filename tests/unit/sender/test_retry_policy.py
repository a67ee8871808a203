"""Due times after failed attempts: pauses, and the last call before the end."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from notifications.contracts.enumerations import Category, OutcomeStatus
from notifications.message_state import Claimed, Outcome
from sender import retry_policy
from sender.providers.base import OutcomeUnknown, ProviderError, Throttled, Unavailable

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CLAIMED = Claimed(
    id=1,
    mailing_id=7,
    client_id=3,
    claim=1,
    attempts=0,
    phone="79261234567",
    operator_code="926",
    timezone="UTC",
    attributes=None,
    text="Hello",
    due_at=NOON,
    sendable_at=NOON,
    ends_at=NOON + HOUR,
    window_start=None,
    window_end=None,
    closes_at=NOON + HOUR,
    on_unknown="resend",
    in_doubt=False,
    category=Category.MARKETING,
    provider="alpha",
    previous_provider=None,
)
A_DAY = Throttled("HTTP 429", retry_after=DAY)


def outcome_of(error: ProviderError, *, now: datetime = NOON, jitter: float = 0, message: Claimed = CLAIMED) -> Outcome:
    return retry_policy.outcome_of(message, error, now=now, in_doubt=False, is_probe=False, jitter=jitter)


@pytest.mark.parametrize(("jitter", "before_the_end"), [(0, MINUTE), (0.5, 1.5 * MINUTE), (1, 2 * MINUTE)])
def test_a_pause_beyond_the_end_is_cut_to_a_last_call_before_it(jitter: float, before_the_end: timedelta) -> None:
    outcome = outcome_of(A_DAY, jitter=jitter)
    assert outcome.status == OutcomeStatus.PENDING
    assert (outcome.due_at, outcome.closes_at) == (NOON + HOUR - before_the_end, NOON + HOUR)
    assert outcome.attempted


def test_an_ordinary_pause_beyond_the_end_is_cut_too() -> None:
    tried = replace(CLAIMED, attempts=6, ends_at=NOON + 10 * MINUTE)
    assert outcome_of(Unavailable("HTTP 503"), message=tried).due_at == NOON + 9 * MINUTE


@pytest.mark.parametrize("jitter", [0, 0.5, 1])
def test_there_is_one_last_call(jitter: float) -> None:
    due_at = outcome_of(A_DAY, jitter=jitter).due_at
    assert due_at
    assert outcome_of(A_DAY, now=due_at, jitter=jitter).status == OutcomeStatus.EXPIRED


def test_a_last_call_is_half_a_minute_away_at_least() -> None:
    now = NOON + HOUR - 2.25 * MINUTE
    assert outcome_of(A_DAY, now=now, jitter=1).due_at == now + MINUTE / 2


def test_a_pause_within_the_last_minutes_is_not_cut() -> None:
    now = NOON + HOUR - MINUTE
    assert outcome_of(Unavailable("HTTP 503"), now=now).due_at == now + MINUTE / 4


def test_a_last_call_is_made_in_the_last_opening() -> None:
    message = replace(CLAIMED, ends_at=NOON + DAY + HOUR / 2, window_start=time(10), window_end=time(13))
    # Tomorrow's window is open from 10:00 until the end at 12:30.
    assert outcome_of(A_DAY, message=message).due_at == NOON + DAY
    two_days = Throttled("HTTP 429", retry_after=DAY + 2 * HOUR)
    assert outcome_of(two_days, message=message).due_at == NOON + DAY + HOUR / 2 - MINUTE


def test_a_window_shorter_than_two_minutes_is_used_whole() -> None:
    message = replace(CLAIMED, ends_at=NOON + DAY, window_start=time(13), window_end=time(13, 1))
    assert outcome_of(A_DAY, message=message, jitter=1).due_at == NOON + HOUR


def test_a_message_without_time_for_a_last_call_keeps_its_doubt() -> None:
    unknown = OutcomeUnknown("HTTP 504", retry_after=DAY)
    outcome = outcome_of(unknown, now=NOON + HOUR - MINUTE)
    assert (outcome.recorded_status, outcome.in_doubt) == (OutcomeStatus.UNKNOWN, True)
    assert outcome.error == "HTTP 504; the provider may have accepted the message"
