from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.reasons import Reason
from notifications.providers import health as provider_health
from notifications.providers.catalog import Catalog
from notifications.providers.circuit_breaker import CallResults
from notifications.providers.rate_learning import START
from tests.support.functions.api import PROVIDER_URL, api_over
from tests.support.functions.gateway import Gateway, user
from tests.support.providers.calls import throttled

NAME = Catalog.of_one(ProviderKind.HTTP, PROVIDER_URL).specs[0].name


def only(call: Gateway) -> dict[str, Any]:
    (health,) = call("GET", "provider/").json["items"]
    return dict(health)


def test_shows_a_healthy_provider(call: Gateway) -> None:
    assert only(call) == {
        "name": NAME,
        "kind": "http",
        "address": "https://provider.example.org",
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
            NAME,
            refused,
            throttled(now, retry_after=timedelta(minutes=1)),
            now=now,
        )
    health = only(call)
    assert (health["breaker"], health["reason"]) == ("open", "HTTP 401: who are you")
    assert (health["code"], health["params"]) == (code, {"n": 1})
    assert health["probe_at"] > now.isoformat()
    assert health["rate_limit"] == START
    assert health["hold_until"]
    (incident,) = health["incidents"]
    assert (incident["reason"], incident["closed_at"]) == ("HTTP 401: who are you", None)
    assert (incident["code"], incident["params"]) == (code, {"n": 1})


def test_an_address_is_shown_without_path_and_query(engine: Engine) -> None:
    call = api_over(engine, provider_url="http://[2001:db8::1]:8443/key-of-the-account?token=secret")
    health = call("GET", "provider/")
    assert health.json["items"][0]["address"] == "http://[2001:db8::1]:8443"
    assert "key-of-the-account" not in health.text
    assert "secret" not in health.text


def test_a_url_that_cannot_be_used_has_a_name_of_its_own(engine: Engine) -> None:
    shown = [only(api_over(engine, provider_url=url)) for url in ("http://me:pass@x.example", "http://")]
    assert [health["address"] for health in shown] == [None, None]
    assert len({health["name"] for health in shown}) == 2
    assert all(health["name"].startswith("http-unusable-") for health in shown)


def test_amazon_sns_has_a_name_and_no_address(engine: Engine) -> None:
    health = only(api_over(engine, provider=ProviderKind.SNS))
    assert (health["name"], health["address"]) == ("sns", None)


def test_a_reset_is_for_admins_and_for_the_provider_in_use(call: Gateway, triggers: list[str]) -> None:
    refused = call.with_claims(user("operator"))("POST", f"provider/{NAME}/reset/")
    assert (refused.status, refused.json["code"]) == (403, "role_required")
    unknown = call("POST", "provider/http-other.example-00000000/reset/")
    assert (unknown.status, unknown.json["code"]) == (404, "provider_not_found")
    assert unknown.json["params"] == {"name": "http-other.example-00000000"}
    assert triggers == []


def test_a_reset_ends_what_holds_sending_and_is_audited(call: Gateway, engine: Engine, triggers: list[str]) -> None:
    now = datetime.now(UTC)
    down = CallResults(failed=5, reason="HTTP 503: down", reason_code=Reason.PROVIDER_UNAVAILABLE)
    with engine.begin() as connection:
        provider_health.record_results(
            connection, NAME, down, throttled(now, retry_after=timedelta(minutes=4)), now=now
        )
    before = only(call)
    after = call("POST", f"provider/{NAME}/reset/")
    assert after.status == 200
    assert after.json == only(call)
    assert (after.json["breaker"], after.json["reason"], after.json["probe_at"]) == ("closed", None, None)
    assert (after.json["rate_limit"], after.json["hold_until"]) == (None, None)
    assert after.json["incidents"][0]["closed_at"] is not None
    assert triggers == ["triggered"]
    (change,) = call("GET", f"audit/?kind=provider&key={NAME}").json["items"]
    assert (change["action"], change["name"]) == ("reset", "ann")
    shown = {name: value for name, value in before.items() if name not in {"incidents", "rate_limit"}}
    assert {name: change["before"][name] for name in shown} == shown
    assert change["after"]["breaker"] == "closed"
