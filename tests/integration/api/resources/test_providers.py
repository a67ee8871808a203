from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from notifications.providers import health as provider_health
from notifications.providers import rate_limiter
from notifications.providers.circuit_breaker import Tally
from tests.support.gateway import Gateway


def test_a_provider_that_works(call: Gateway) -> None:
    assert call("GET", "provider/").json == {
        "breaker": "closed",
        "reason": None,
        "probe_at": None,
        "rate_limit": None,
        "hold_until": None,
        "incidents": [],
    }


def test_a_provider_that_is_down_and_wants_fewer_calls(call: Gateway, engine: Engine) -> None:
    now = datetime.now(UTC)
    refused = Tally(unauthorized=True, reason="HTTP 401: who are you")
    with engine.begin() as connection:
        provider_health.record(
            connection, "http", refused, cuts=[rate_limiter.THROTTLED], hold_until=now + timedelta(minutes=1), now=now
        )
    health = call("GET", "provider/").json
    assert (health["breaker"], health["reason"]) == ("open", "HTTP 401: who are you")
    assert health["probe_at"] > now.isoformat()
    assert 500 <= health["rate_limit"] < 560
    assert health["hold_until"]
    assert [(each["reason"], each["closed_at"]) for each in health["incidents"]] == [("HTTP 401: who are you", None)]
