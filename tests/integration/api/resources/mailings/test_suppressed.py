"""People who have opted out, or have not consented, wherever the API tells of a mailing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from notifications.clients.opt_outs import repository as opt_outs
from notifications.clients.opt_outs.opt_out import OptOut
from notifications.contracts.enumerations import OptOutScope, OptOutSource
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway
from tests.support.mailings.planned import plan

START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
MAILING = {
    "text": "Hi",
    "starts_at": START.isoformat(),
    "ends_at": (START + timedelta(days=2)).isoformat(),
    "filter": {"tags": [], "operator_codes": []},
}
ANN, BO = "79260000001", "79260000002"
FILE = f"phone,timezone\n{ANN},Europe/Moscow\n{BO},Asia/Omsk\n"


@pytest.fixture
def strict(engine: Engine) -> Gateway:
    """Calls the API of a stack that requires consent."""
    return api_over(engine, requires_consent=True)


@pytest.fixture(autouse=True)
def _clients(call: Gateway) -> None:
    call("POST", "client/import/", FILE)


def opt_out(engine: Engine, scope: OptOutScope = OptOutScope.ALL, *phones: str) -> None:
    with engine.begin() as connection:
        opt_outs.record(
            connection,
            [
                OptOut(phone=each, scope=scope, source=OptOutSource.OPERATOR, reason=None, at=START)
                for each in phones or (ANN,)
            ],
        )


def consent(engine: Engine, phone: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE client SET consent_at = :at WHERE phone = :phone"), {"at": START, "phone": phone}
        )


def explanation(call: Gateway, phone: str = ANN) -> tuple[str, dict[str, Any]]:
    """Return the verdict on a client of the first mailing, and the rules by name."""
    answer = call("GET", f"mailing/1/explain/?phone={phone}").json
    return answer["verdict_code"], {rule["rule"]: (rule["holds"], rule["code"]) for rule in answer["rules"]}


def test_a_preview_counts_them_and_forecasts_the_others(call: Gateway, engine: Engine) -> None:
    opt_out(engine)
    # The window opens for no client before the end.
    closed = {"start": f"{START - timedelta(hours=13):%H:%M}", "end": f"{START - timedelta(hours=12):%H:%M}"}
    shut = {"send_window": closed, "ends_at": (START + timedelta(hours=1)).isoformat()}
    answer = call("POST", "mailing/preview/", MAILING | shut).json
    assert (answer["audience"], answer["suppressed"]) == (2, {"opted_out": 1, "no_consent": 0})
    assert [zone["clients"] for zone in answer["zones"]] == [1, 1]
    assert (answer["unreachable"], answer["forecast"]["will_miss_end"]) == (1, 1)
    assert answer["warnings"] == []


def test_a_preview_counts_clients_without_consent(strict: Gateway, engine: Engine) -> None:
    opt_out(engine)
    answer = strict("POST", "mailing/preview/", MAILING).json
    assert answer["suppressed"] == {"opted_out": 1, "no_consent": 1}
    (warning,) = answer["warnings"]
    assert (warning["code"], warning["params"]) == ("all_suppressed", {"opted_out": 1, "no_consent": 1})
    consent(engine, BO)
    answer = strict("POST", "mailing/preview/", MAILING).json
    assert (answer["suppressed"], answer["warnings"]) == ({"opted_out": 1, "no_consent": 0}, [])


def test_a_service_mailing_goes_to_those_who_have_opted_out_of_marketing(strict: Gateway, engine: Engine) -> None:
    opt_out(engine, OptOutScope.MARKETING)
    answer = strict("POST", "mailing/preview/", MAILING | {"category": "service"}).json
    assert answer["suppressed"] == {"opted_out": 0, "no_consent": 0}


def test_the_category_is_changed_only_before_the_start(call: Gateway, engine: Engine) -> None:
    call("POST", "mailing/", MAILING)
    assert call("PATCH", "mailing/1/", {"category": "service"}).json["category"] == "service"
    plan(engine, 1)
    assert call("PATCH", "mailing/1/", {"category": "marketing"}).status == 409
    assert call("GET", "mailing/1/").json["category"] == "service"


def test_a_planned_mailing_tells_of_them_everywhere(call: Gateway, engine: Engine) -> None:
    call("POST", "mailing/", MAILING)
    opt_out(engine)
    verdict, rules = explanation(call)
    assert (verdict, rules["opt_out"]) == ("not_selected", (False, "opted_out_of_all"))
    plan(engine, 1)
    detail = call("GET", "statistic/1/").json
    assert (detail["stats"]["suppressed"], detail["stats"]["pending"]) == (1, 1)
    assert [hour["suppressed"] for hour in detail["by_hour"]] == [1]
    moscow = next(each for each in detail["by_timezone"] if each["timezone"] == "Europe/Moscow")
    assert (moscow["suppressed"], moscow["open"]) == (1, 0)
    assert sum(each["suppressed"] for each in detail["by_operator_code"]) == 1
    assert [(each["code"], each["count"]) for each in detail["errors"]] == [("opted_out", 1)]
    (message,) = call("GET", "mailing/1/message/?status=suppressed").json["items"]
    assert (message["phone"], message["last_error_code"]) == (ANN, "opted_out")
    (own,) = call("GET", f"client/{ANN}/message/?status=suppressed").json["items"]
    assert (own["id"], own["last_error_code"]) == (message["id"], "opted_out")
    assert explanation(call)[0] == "suppressed"
    assert explanation(call, BO)[1]["opt_out"] == (True, "not_opted_out")


def test_they_are_not_retried(call: Gateway, engine: Engine) -> None:
    call("POST", "mailing/", MAILING)
    opt_out(engine)
    plan(engine, 1)
    assert call("POST", "mailing/1/retry/", {"statuses": ["suppressed"]}).status == 422
    assert call("POST", "mailing/1/retry/", {"statuses": ["failed", "expired"]}).json["stats"]["suppressed"] == 1


def test_a_forecast_before_the_start_leaves_them_out(call: Gateway, engine: Engine) -> None:
    ends_at = START + timedelta(days=1, seconds=2)
    later = {"starts_at": (START + timedelta(days=1)).isoformat(), "ends_at": ends_at.isoformat(), "max_rate": 1}
    call("POST", "mailing/", MAILING | later)
    before = call("GET", "statistic/1/").json["forecast"]["finishes_at"]
    opt_out(engine)
    after = call("GET", "statistic/1/").json["forecast"]["finishes_at"]
    assert after < before


def test_a_message_that_waits_without_consent_will_be_suppressed(
    call: Gateway, strict: Gateway, engine: Engine
) -> None:
    call("POST", "mailing/", MAILING)
    plan(engine, 1)
    verdict, rules = explanation(strict)
    assert (verdict, rules["consent"]) == ("to_be_suppressed", (False, "consent_missing"))
    consent(engine, ANN)
    assert explanation(strict)[1]["consent"] == (True, "consent_given")
    assert explanation(call)[1]["consent"] == (True, "consent_not_needed")


def test_a_test_of_a_text_has_a_category(call: Gateway) -> None:
    new = {"phone": ANN, "text": "Hi"}
    assert call("POST", "mailing/test/", new).json["category"] == "marketing"
    created = call("POST", "mailing/test/", new | {"category": "service"}).json
    assert call("GET", f"mailing/test/{created['id']}/").json["category"] == "service"
