"""The checks of opt-outs find claims after an answer, and calls that last too long."""

from datetime import UTC, datetime, timedelta

from sender.providers.base import CALL_DEADLINE
from tests.chaos.checks.opt_outs import called_late, claimed_after

ANSWERED = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_claim_after_the_answer_is_found() -> None:
    claims = {1: [ANSWERED - SECOND, ANSWERED + SECOND], 2: [ANSWERED - SECOND], 3: [ANSWERED + SECOND]}
    assert claimed_after({1: ANSWERED, 2: ANSWERED}, claims) == [1]


def test_a_call_that_lasts_too_long_is_found() -> None:
    late, in_time = ANSWERED + CALL_DEADLINE + SECOND, ANSWERED + CALL_DEADLINE
    assert called_late({1: ANSWERED, 2: ANSWERED}, [(1, late), (2, in_time), (3, late)]) == [1]
