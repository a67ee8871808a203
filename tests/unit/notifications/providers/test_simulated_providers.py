"""Bounds of the rate limiter and the breaker with simulated providers; `make limits` prints the whole table."""

import pytest

from tests.support.providers.measurements import PROVIDERS, measure

STEADY = ["37 in any second", "37 in a second of the clock", "token bucket, 37/s, 0.2 s"]


@pytest.mark.parametrize("name", STEADY)
def test_a_steady_limit_is_used_and_seldom_exceeded(name: str) -> None:
    result = measure(PROVIDERS[name](), lasts=260)
    assert result.used >= 0.93
    assert result.throttled < 0.02
    assert result.wait <= 10


@pytest.mark.parametrize("name", ["100/s, 5/s for a minute", "100/s, down for a minute"])
def test_trouble_is_recovered_from_within_ten_seconds(name: str) -> None:
    result = measure(PROVIDERS[name](), lasts=150, settled=125)
    assert result.recovery is not None
    assert result.recovery <= 10


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "name",
    [
        "20 in any second",
        "100/s, one number always throttled",
        "every fourth call throttled",
        "100/s, up and down every 5 s",
    ],
)
def test_whatever_the_provider_does_another_mailing_does_not_wait_for_it(name: str, seed: int) -> None:
    assert measure(PROVIDERS[name](), lasts=70, settled=30, seed=seed).wait <= 10
