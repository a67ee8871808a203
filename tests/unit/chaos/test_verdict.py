"""Every breach is seen, and what is allowed is not called one."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.schedules.send_windows import SendWindow
from tests.chaos.recorder import Terms
from tests.chaos.verdict import Message, Witnessed

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
) -> Witnessed:
    """One message to London, claimed and accepted so many seconds after noon."""
    return Witnessed(
        messages=[Message(1, 1, status, in_doubt, "Europe/London")],
        accepted=[(1, after(each)) for each in accepted],
        claims={1: [after(each) for each in claims]},
        terms=terms,
    )


def breaches(witnessed: Witnessed) -> list[str]:
    names = ("unproven", "invented", "unclaimed", "forbidden", "late", "out_of_window")
    return [name for name in names if getattr(witnessed, name)()]


@pytest.mark.parametrize(
    ("witnessed", "found"),
    [
        (seen(), []),
        (seen(accepted=()), ["invented"]),
        (seen(status="pending"), ["unproven"]),
        (seen(status="unknown", in_doubt=True), []),
        (seen(status="failed", in_doubt=True), []),
        (seen(status="failed"), ["unproven"]),
        (seen(claims=()), ["unclaimed"]),
        (seen(claims=(12,)), ["unclaimed"]),
        (seen(accepted=(75,)), ["unclaimed"]),
        (seen(terms=(Terms(NOON, "paused", None, END),)), ["forbidden"]),
        (seen(terms=(Terms(NOON, "running", None, END), Terms(after(5), "paused", None, END))), ["forbidden"]),
        (seen(terms=(Terms(NOON, "running", None, END), Terms(after(10.5), "paused", None, END))), []),
        (seen(terms=(Terms(NOON, "running", None, END), Terms(after(9), "paused", None, END))), []),
        (seen(terms=(Terms(NOON, "running", MORNING, END),)), ["forbidden", "out_of_window"]),
        (seen(terms=(Terms(NOON, "running", None, after(11.5)),)), []),
        (seen(accepted=(20,), terms=(Terms(NOON, "running", None, after(12)),)), ["late", "out_of_window"]),
    ],
)
def test_breaches(witnessed: Witnessed, found: list[str]) -> None:
    assert breaches(witnessed) == found


def test_a_window_that_closes_during_the_call_is_no_breach_and_one_long_closed_is() -> None:
    closes = SendWindow.parse("09:00", "12:01")
    terms = (Terms(NOON, "running", closes, END),)
    assert breaches(seen(claims=(58,), accepted=(62,), terms=terms)) == []
    assert breaches(seen(claims=(58,), accepted=(70,), terms=terms)) == ["out_of_window"]
