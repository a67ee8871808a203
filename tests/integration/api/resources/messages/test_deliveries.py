"""Deliveries in the answers of the API: messages of a mailing and of a client, test sends, and the explanation."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from notifications.contracts.enumerations import ReceiptState
from notifications.message_state import deliveries
from notifications.message_state.deliveries import Receipt
from tests.support.functions.gateway import Gateway
from tests.support.sender.scenario import NOW, SenderScenario

STATES = {1: "delivered", 2: "undeliverable", 3: "delayed"}


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    scenario = SenderScenario(engine)
    scenario.fill(4, status="sent")
    for message_id, state in STATES.items():
        apply(scenario, message_id, state)
    return scenario


def apply(scenario: SenderScenario, message_id: int, state: str, **values: Any) -> None:
    given: dict[str, Any] = {"code": "27", "words": "absent subscriber", **values}
    receipt = Receipt(provider="http", message_id=message_id, state=ReceiptState(state), at=NOW, **given)
    with scenario.engine.begin() as connection:
        deliveries.apply(connection, [receipt], now=NOW)


def listed(call: Gateway, url: str) -> dict[int, str | None]:
    answer = call("GET", url)
    assert answer.status == 200, answer.text
    return {each["id"]: each["delivery"] for each in answer.json["items"]}


@pytest.mark.usefixtures("scenario")
def test_messages_of_a_mailing_show_their_delivery(call: Gateway) -> None:
    assert listed(call, "mailing/1/message/") == {**STATES, 4: None}


@pytest.mark.parametrize("state", STATES.values())
@pytest.mark.usefixtures("scenario")
def test_messages_are_filtered_by_delivery(call: Gateway, state: str) -> None:
    expected = {number: each for number, each in STATES.items() if each == state}
    assert listed(call, f"mailing/1/message/?delivery={state}&status=sent") == expected
    assert listed(call, f"mailing/1/message/?delivery={state}&status=failed") == {}
    assert call("GET", "mailing/1/message/?delivery=lost").status == 422


@pytest.mark.parametrize("sort", ["id", "-id"])
def test_pages_of_a_delivery_have_every_message_once(call: Gateway, scenario: SenderScenario, sort: str) -> None:
    for message_id in (2, 3, 4):
        apply(scenario, message_id, "delivered")
    url, found, cursor = f"mailing/1/message/?delivery=delivered&limit=1&sort={sort}", [], ""
    while True:
        page = call("GET", url + cursor).json
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == sorted([1, 2, 3, 4], reverse=sort == "-id")


def test_messages_of_a_client_show_their_delivery(call: Gateway, scenario: SenderScenario) -> None:
    assert scenario.ids
    phone = call("GET", "mailing/1/message/?delivery=undeliverable").json["items"][0]["phone"]
    assert listed(call, f"client/{phone}/message/") == {2: "undeliverable"}


def test_a_test_send_shows_its_delivery(call: Gateway, scenario: SenderScenario) -> None:
    created = call("POST", "mailing/test/", {"phone": "79261234567", "text": "Hi"}).json
    assert created["delivery"] is None
    apply(scenario, created["id"], "delivered")
    assert call("GET", f"mailing/test/{created['id']}/").json["delivery"] == "delivered"


@pytest.mark.parametrize(
    ("message_id", "holds", "code", "detail"),
    [
        (1, True, "delivered", "the provider has delivered the message at 2026-11-23T10:00:00Z"),
        (
            2,
            False,
            "undeliverable",
            "the provider gave up at 2026-11-23T10:00:00Z to deliver the message (cause: 27 absent subscriber)",
        ),
        (4, True, "no_receipt", "the provider has sent no receipt of the whole message"),
    ],
)
@pytest.mark.usefixtures("scenario")
def test_the_explanation_tells_the_delivery(
    call: Gateway, message_id: int, holds: bool, code: str, detail: str
) -> None:
    phone = next(each["phone"] for each in call("GET", "mailing/1/message/").json["items"] if each["id"] == message_id)
    rules = call("GET", f"mailing/1/explain/?phone={phone}").json["rules"]
    (rule,) = [each for each in rules if each["rule"] == "delivery"]
    assert (rule["holds"], rule["code"], rule["detail"]) == (holds, code, detail)


@pytest.mark.usefixtures("scenario")
def test_statistics_of_a_mailing_count_deliveries(call: Gateway) -> None:
    found = call("GET", "statistic/1/").json["deliveries"]
    counts = {"delivered": 1, "undeliverable": 1, "delayed": 1, "unconfirmed": 0}
    assert (found["counts"], found["share_delivered"]) == (counts, 0.25)
    assert found["by_provider"] == [{"provider": "http", **counts}]
    assert [each["hour"] for each in found["by_hour"]] == [NOW.strftime("%Y-%m-%dT%H:00:00Z")]
    by_code = found["by_operator_code"]
    assert {name: sum(each[name] for each in by_code) for name in counts} == counts


def test_the_list_of_statistics_has_the_totals_of_each_mailing(call: Gateway, scenario: SenderScenario) -> None:
    scenario.fill(1)
    items = call("GET", "statistic/").json["items"]
    counts = {"delivered": 1, "undeliverable": 1, "delayed": 1, "unconfirmed": 0}
    assert {each["id"]: each["deliveries"] for each in items} == {
        1: {"counts": counts, "share_delivered": 0.25},
        2: {"counts": dict.fromkeys(counts, 0), "share_delivered": None},
    }


def test_a_mailing_is_compared_with_the_latest_before_it_that_has_receipts(
    call: Gateway, scenario: SenderScenario
) -> None:
    scenario.fill(1, status="sent")
    scenario.fill(1, status="sent")
    apply(scenario, scenario.ids[0], "delivered")
    found = [call("GET", f"statistic/{mailing_id}/").json["deliveries"] for mailing_id in (1, 2, 3)]
    shares = [(each["share_delivered"], each["share_delivered_before"]) for each in found]
    assert shares == [(0.25, None), (0.0, 0.25), (1.0, 0.25)]


def test_a_mailing_without_receipts_has_no_deliveries(call: Gateway, engine: Engine) -> None:
    SenderScenario(engine).fill(1)
    none = dict.fromkeys(("delivered", "undeliverable", "delayed", "unconfirmed"), 0)
    assert call("GET", "statistic/1/").json["deliveries"] == {
        "counts": none, "share_delivered": None, "share_delivered_before": None,
        "by_operator_code": [], "by_provider": [], "by_hour": []
    }  # fmt: skip


def test_the_share_of_delivered_messages_is_at_most_one(call: Gateway, engine: Engine) -> None:
    scenario = SenderScenario(engine)
    scenario.fill(2, status="sent")
    with engine.begin() as connection:
        connection.execute(text("UPDATE message SET status = 'failed', sent_at = NULL WHERE id = 2"))
    for message_id in (1, 2):
        apply(scenario, message_id, "delivered")
    found = call("GET", "statistic/1/").json["deliveries"]
    assert (found["counts"]["delivered"], found["share_delivered"]) == (2, 1)
