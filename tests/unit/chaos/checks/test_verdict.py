"""Checks find every violation, and report no allowed behaviour as one."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.schedules.send_windows import SendWindow
from tests.chaos.checks.verdict import Message, Observations
from tests.chaos.recorder import Terms

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
END = NOON + timedelta(hours=1)
MORNING = SendWindow.parse("09:00", "11:00")


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def seen(
    *,
    status: str = "sent",
    in_doubt: bool = False,
    accepted: tuple[float, ...] = (11,),
    claims: tuple[float, ...] = (10,),
    terms: tuple[Terms, ...] = (Terms(NOON, "running", None, END),),
) -> Observations:
    """Return the observations of one message to London; `accepted` and `claims` are seconds after noon."""
    return Observations(
        messages=[Message(1, 1, status, in_doubt, "Europe/London")],
        accepted=[(1, after(each)) for each in accepted],
        claims={1: [after(each) for each in claims]},
        terms=terms,
    )


def violations(observed: Observations) -> list[str]:
    names = (
        "accepted_but_not_recorded",
        "ended_in_doubt",
        "sent_but_not_accepted",
        "called_without_claim",
        "claimed_when_forbidden",
        "called_after_end",
        "called_out_of_window",
    )
    return [name for name in names if getattr(observed, name)()]


@pytest.mark.parametrize(
    ("observed", "found"),
    [
        (seen(), []),
        (seen(accepted=()), ["sent_but_not_accepted"]),
        (seen(status="pending"), ["accepted_but_not_recorded"]),
        (seen(status="unknown", in_doubt=True), []),
        (seen(status="pending", in_doubt=True), []),
        *[
            (seen(status=each, in_doubt=True), ["ended_in_doubt"])
            for each in ("failed", "expired", "cancelled", "sent")
        ],
        (seen(status="failed"), ["accepted_but_not_recorded"]),
        (seen(claims=()), ["called_without_claim"]),
        (seen(claims=(12,)), ["called_without_claim"]),
        (seen(accepted=(75,)), ["called_without_claim"]),
        (seen(terms=(Terms(NOON, "paused", None, END),)), ["claimed_when_forbidden"]),
        (
            seen(terms=(Terms(NOON, "running", None, END), Terms(after(5), "paused", None, END))),
            ["claimed_when_forbidden"],
        ),
        (seen(terms=(Terms(NOON, "running", None, END), Terms(after(10.5), "paused", None, END))), []),
        (seen(terms=(Terms(NOON, "running", None, END), Terms(after(9), "paused", None, END))), []),
        (seen(terms=(Terms(NOON, "running", MORNING, END),)), ["claimed_when_forbidden", "called_out_of_window"]),
        (seen(terms=(Terms(NOON, "running", None, after(11.5)),)), []),
        (
            seen(accepted=(20,), terms=(Terms(NOON, "running", None, after(12)),)),
            ["called_after_end", "called_out_of_window"],
        ),
    ],
)
def test_violations_are_found(observed: Observations, found: list[str]) -> None:
    assert violations(observed) == found


def test_a_call_after_the_window_closed_is_a_violation_unless_it_began_before() -> None:
    closes = SendWindow.parse("09:00", "12:01")
    terms = (Terms(NOON, "running", closes, END),)
    assert violations(seen(claims=(58,), accepted=(62,), terms=terms)) == []
    assert violations(seen(claims=(58,), accepted=(70,), terms=terms)) == ["called_out_of_window"]


def calls_at(*seconds: float, terms: tuple[Terms, ...]) -> Observations:
    """Return the observations of accepted calls, each of another message."""
    accepted = list(enumerate(map(after, seconds)))
    return Observations(messages=[], accepted=accepted, claims={}, terms=terms)


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ([0.0] * 36, False),
        ([0.0] * 37, True),
        ([0.0, 2.5, 5.0] * 28, False),
        ([0.0, 2.5, 5.0] * 29, True),
        ([float(number // 5) for number in range(600)], False),
    ],
)
def test_calls_above_the_rate_are_found(calls: list[float], found: bool) -> None:
    terms = (Terms(NOON, "running", None, END, 5),)
    assert bool(calls_at(*calls, terms=terms).called_too_fast()) == found


def test_calls_without_a_rate_or_before_it_was_lowered_are_no_violation() -> None:
    free, fast, slow = (Terms(after(-10), "running", None, END, rate) for rate in (None, 200, 5))
    assert not calls_at(*[0.0] * 100, terms=(free,)).called_too_fast()
    assert not calls_at(*[0.0] * 100, terms=(fast, slow._replace(at=after(-1)))).called_too_fast()
    assert calls_at(*[0.0] * 100, terms=(fast, slow)).called_too_fast()
