from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from notifications.contracts.reasons import Reason
from notifications.providers import health as provider_health
from notifications.providers import rate_limiter
from notifications.providers.circuit_breaker import CallResults
from tests.support.functions.gateway import Gateway


def test_shows_a_healthy_provider(call: Gateway) -> None:
    assert call("GET", "provider/").json == {
        "breaker": "closed",
        "reason": None,
        "code": None,
        "params": None,
        "probe_at": None,
        "rate_limit": None,
        "hold_until": None,
        "incidents": [],
    }


def test_shows_an_open_breaker_and_a_reduced_rate(call: Gateway, engine: Engine) -> None:
    now = datetime.now(UTC)
    code = Reason.PROVIDER_UNAUTHORIZED
    refused = CallResults(unauthorized=True, reason="HTTP 401: who are you", reason_code=code, reason_params={"n": 1})
    with engine.begin() as connection:
        provider_health.record_results(
            connection,
            "http",
            refused,
            cuts=[rate_limiter.THROTTLED_FACTOR],
            hold_until=now + timedelta(minutes=1),
            now=now,
        )
    health = call("GET", "provider/").json
    assert (health["breaker"], health["reason"]) == ("open", "HTTP 401: who are you")
    assert (health["code"], health["params"]) == (code, {"n": 1})
    assert health["probe_at"] > now.isoformat()
    assert 500 <= health["rate_limit"] < 560
    assert health["hold_until"]
    (incident,) = health["incidents"]
    assert (incident["reason"], incident["closed_at"]) == ("HTTP 401: who are you", None)
    assert (incident["code"], incident["params"]) == (code, {"n": 1})
