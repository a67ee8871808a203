from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from notifications import message_state
from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.explanation_codes import RuleName
from notifications.providers import health
from notifications.providers.catalog import Catalog
from notifications.providers.circuit_breaker import CallResults
from tests.support.functions.api import PROVIDER_URL
from tests.support.functions.gateway import Gateway
from tests.support.mailings.planned import plan, send
from tests.support.providers.calls import throttled

NAME = Catalog.of_one(ProviderKind.HTTP, PROVIDER_URL).specs[0].name

START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
NOW = {
    "text": "Hi",
    "starts_at": START.isoformat(),
    "ends_at": (START + timedelta(days=2)).isoformat(),
    "filter": {"tags": [], "operator_codes": []},
}
LATER = NOW | {"starts_at": (START + timedelta(days=1)).isoformat()}
PATH = "mailing/1/explain/?phone=79260000000"


def ann(call: Gateway, **fields: object) -> None:
    call("POST", "client/", {"phone": "79260000000", "timezone": "UTC", **fields})


def broken(answer: dict[str, list[dict[str, object]]]) -> set[object]:
    return {rule["rule"] for rule in answer["rules"] if not rule["holds"]}


def test_explains_a_mailing_that_has_not_started(call: Gateway) -> None:
    ann(call)
    call("POST", "mailing/", LATER)
    answer = call("GET", PATH).json
    assert answer["status"] is None
    assert answer["verdict"].startswith("not sent yet: the audience is fixed when the mailing starts")
    starts_at = f"{START + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    assert (answer["verdict_code"], answer["verdict_params"]) == ("not_started", {"starts_at": starts_at})
    assert {"start", "audience"} <= broken(answer)
    assert answer["attempts"] == []


def test_explains_a_client_outside_the_filter(call: Gateway, engine: Engine) -> None:
    ann(call)
    call("POST", "mailing/", LATER | {"filter": {"tags": ["vip"], "operator_codes": ["903"]}})
    answer = call("GET", PATH).json
    assert answer["verdict"] == (
        "would not be sent if the mailing started now: "
        "the mailing goes to any of the tags vip and any of the operator codes 903"
    )
    reason = answer["verdict_params"]["reason"]
    assert (answer["verdict_code"], reason["code"]) == ("not_selected", "filter_tags_and_operator_codes")
    assert reason["params"] == {"tags": ["vip"], "operator_codes": ["903"]}
    plan(engine, 1)
    answer = call("GET", PATH).json
    assert answer["verdict"].startswith("will not be sent: the filter did not match the client")
    assert (answer["verdict_code"], answer["verdict_params"]) == ("not_in_audience", {})


def test_explains_a_closed_window(call: Gateway, engine: Engine) -> None:
    ann(call)
    opens, closes = START + timedelta(hours=2), START + timedelta(hours=3)
    call("POST", "mailing/", NOW | {"send_window": {"start": f"{opens:%H:%M}", "end": f"{closes:%H:%M}"}})
    plan(engine, 1)
    answer = call("GET", PATH).json
    assert answer["status"] == "pending"
    assert f"opens at {opens:%Y-%m-%dT%H:%M}:00Z" in answer["verdict"]
    assert broken(answer) == {"window", "due"}
    assert answer["verdict_code"] == "waits"
    window, due = answer["verdict_params"]["reasons"]
    opens_at = f"{opens:%Y-%m-%dT%H:%M}:00Z"
    shut = {"start": f"{opens:%H:%M}", "end": f"{closes:%H:%M}", "opens_at": opens_at}
    assert (window["code"], window["params"]) == ("window_opens", shut)
    assert (due["code"], due["params"]) == ("due", {"due_at": opens_at})


def test_explains_a_pause(call: Gateway, engine: Engine) -> None:
    ann(call)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    assert call("GET", PATH).json["verdict"] == "will be sent within a minute"
    call("POST", "mailing/1/pause/")
    answer = call("GET", PATH).json
    assert answer["verdict"] == "waits: the mailing is paused"
    paused = {"code": "mailing_status", "params": {"status": "paused"}, "text": "the mailing is paused"}
    assert answer["verdict_params"] == {"reasons": [paused]}


def test_explains_a_message_on_the_queue(call: Gateway, engine: Engine) -> None:
    ann(call)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    now = datetime.now(UTC)
    with engine.begin() as connection:
        message_state.release(connection, 1, now=now, due_before=now + timedelta(minutes=1), at_most=1)
    answer = call("GET", PATH).json
    assert (answer["status"], answer["verdict_code"]) == ("queued", "queued")
    call("POST", "mailing/1/pause/")
    answer = call("GET", PATH).json
    assert (answer["status"], answer["verdict"]) == ("queued", "waits: the mailing is paused")
    call("POST", "mailing/1/resume/")
    assert call("GET", PATH).json["verdict_code"] == "queued"


def test_explains_a_pause_that_the_provider_asked_for(call: Gateway, engine: Engine) -> None:
    ann(call)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    now = datetime.now(UTC).replace(microsecond=0)
    until = now + timedelta(minutes=3)
    with engine.begin() as connection:
        health.record_results(
            connection, NAME, CallResults(answered=1), throttled(now, retry_after=until - now), now=now
        )
    answer = call("GET", PATH).json
    assert broken(answer) == {"provider"}
    pause = {
        "code": "provider_asked_for_pause",
        "params": {"until": f"{until:%Y-%m-%dT%H:%M:%SZ}"},
        "text": f"the provider asked for a pause until {until:%Y-%m-%dT%H:%M:%SZ}",
    }
    assert (answer["verdict_code"], answer["verdict_params"]) == ("waits", {"reasons": [pause]})


def test_explains_the_end_of_a_pause_that_the_provider_asked_for(call: Gateway, engine: Engine) -> None:
    ann(call)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    now = datetime.now(UTC)
    with engine.begin() as connection:
        health.record_results(
            connection, NAME, CallResults(answered=1), throttled(now, retry_after=timedelta(0)), now=now
        )
    assert call("GET", PATH).json["verdict"] == "will be sent within a minute"


def test_explains_sent_and_failed_messages(call: Gateway, engine: Engine) -> None:
    ann(call)
    call("POST", "mailing/", NOW)
    plan(engine, 1)
    send(engine, 1, [("failed", "no such number")])
    answer = call("GET", PATH).json
    assert answer["verdict"].endswith("no such number")
    assert answer["verdict_code"] == "failed"
    assert answer["verdict_params"]["reason"] == {"code": None, "params": {}, "text": "no such number"}
    assert [rule["rule"] for rule in answer["rules"]] == list(RuleName)
    assert [(each["outcome"], each["error"]) for each in answer["attempts"]] == [("failed", "no such number")]
    call("POST", "mailing/1/retry/")
    plan_again = call("GET", PATH).json
    assert plan_again["status"] == "pending"


def test_explains_a_text_without_the_clients_values(call: Gateway) -> None:
    ann(call)
    call("POST", "client/", {"phone": "79260000001", "timezone": "UTC", "attributes": {"name": "Bo"}})
    call("POST", "mailing/", LATER | {"text": "{name}"})
    rules = {rule["rule"]: rule for rule in call("GET", PATH).json["rules"]}
    assert rules["text"]["detail"] == "the client has no name, and the text gives no default for it"
    assert (rules["text"]["code"], rules["text"]["params"]) == ("value_missing", {"name": "name"})


def test_an_unknown_phone_is_not_found(call: Gateway) -> None:
    call("POST", "mailing/", LATER)
    assert call("GET", PATH).status == 404
    assert call("GET", "mailing/1/explain/?phone=1").status == 422
    assert call("GET", "mailing/1/explain/").status == 422
