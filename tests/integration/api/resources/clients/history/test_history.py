"""`client/{phone}/message/`: what a person was ever sent, in which words, and in which order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from notifications.messages import test_sends
from tests.support.functions.gateway import Gateway, user
from tests.support.mailings.planned import plan, send

PHONE = "79260000000"
PATH = f"client/{PHONE}/message/"
START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)


def create_client(call: Gateway, phone: str = PHONE) -> None:
    call("POST", "client/", {"phone": phone, "timezone": "UTC"})


def create_mailing(call: Gateway, engine: Engine, *, text: str = "Hello", age: timedelta = timedelta(0)) -> int:
    """Create a mailing that started some time ago, and plan its messages."""
    start = START - age
    body = {
        "text": text,
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(days=20)).isoformat(),
        "filter": {"tags": [], "operator_codes": []},
    }
    mailing_id: int = call("POST", "mailing/", body).json["id"]
    plan(engine, mailing_id)
    return mailing_id


def create_test_send(engine: Engine, *, age: timedelta = timedelta(0), phone: str = PHONE) -> int:
    with engine.begin() as connection:
        return test_sends.create(connection, phone=phone, text="A test", now=START - age).id


def mailing_ids(items: list[dict[str, Any]]) -> list[int | None]:
    return [item["mailing"] and item["mailing"]["id"] for item in items]


def test_lists_messages_of_mailings_and_others_newest_first(call: Gateway, engine: Engine) -> None:
    create_client(call)
    create_client(call, "79260000001")
    newest = create_mailing(call, engine)
    oldest = create_mailing(call, engine, age=timedelta(days=2), text="a" * 200)
    create_test_send(engine, age=timedelta(days=1))
    create_test_send(engine, phone="79260000001")
    answer = call("GET", PATH).json
    assert answer["next"] is None
    assert mailing_ids(answer["items"]) == [newest, None, oldest]
    assert answer["items"][2]["mailing"] == {"id": oldest, "text": "a" * 100, "deleted": False}
    first = answer["items"][0]
    assert datetime.fromisoformat(first.pop("due_at")) >= START
    assert first == {
        "id": 1,
        "mailing": {"id": newest, "text": "Hello", "deleted": False},
        "status": "pending",
        "delivery": None,
        "attempts": 0,
        "sent_at": None,
        "last_error": None,
        "last_error_code": None,
        "last_error_params": None,
        "text": None,
    }


def test_pages_show_every_message_once_also_when_times_are_equal(call: Gateway, engine: Engine) -> None:
    create_client(call)
    mailings = [create_mailing(call, engine) for _ in range(3)]
    tests = [create_test_send(engine) for _ in range(3)]
    old = create_mailing(call, engine, age=timedelta(days=1))
    found, path = [], f"{PATH}?limit=2"
    while path:
        page = call("GET", path).json
        found += page["items"]
        path = page["next"] and f"{PATH}?limit=2&cursor={page['next']}"
    assert [item["id"] for item in found[:3]] == tests[::-1]
    assert mailing_ids(found[3:]) == [*mailings[::-1], old]


def test_a_status_selects_messages(call: Gateway, engine: Engine) -> None:
    create_client(call)
    failed = create_mailing(call, engine)
    create_mailing(call, engine)
    create_test_send(engine)
    send(engine, failed, [("failed", "no such number")])
    (item,) = call("GET", f"{PATH}?status=failed").json["items"]
    assert (item["mailing"]["id"], item["attempts"], item["last_error"]) == (failed, 1, "no such number")
    assert mailing_ids(call("GET", f"{PATH}?status=pending").json["items"]) == [None, failed + 1]


def test_a_deleted_mailing_stays_in_the_history(call: Gateway, engine: Engine) -> None:
    create_client(call)
    mailing_id = create_mailing(call, engine)
    call("DELETE", f"mailing/{mailing_id}/")
    (item,) = call("GET", PATH).json["items"]
    assert (item["mailing"]["id"], item["mailing"]["deleted"]) == (mailing_id, True)


def test_the_history_follows_a_client_to_a_new_phone(call: Gateway, engine: Engine) -> None:
    create_client(call)
    mailing_id = create_mailing(call, engine)
    call("PATCH", f"client/{PHONE}/", {"phone": "79260000009"})
    assert mailing_ids(call("GET", "client/79260000009/message/").json["items"]) == [mailing_id]
    create_client(call)
    assert call("GET", PATH).json["items"] == []


def test_a_client_created_again_has_its_earlier_messages(call: Gateway, engine: Engine) -> None:
    create_client(call)
    first = create_mailing(call, engine, age=timedelta(days=1))
    send(engine, first, [("sent", None)])
    for _ in range(2):
        assert call("DELETE", f"client/{PHONE}/").status == 204
        assert call("GET", PATH).status == 404
        create_client(call)
    second = create_mailing(call, engine)
    assert mailing_ids(call("GET", PATH).json["items"]) == [second, first]
    # The explanation agrees.
    explanation = call("GET", f"mailing/{first}/explain/?phone={PHONE}").json
    assert (explanation["status"], explanation["verdict_code"]) == ("sent", "sent")


def test_a_client_without_messages_leaves_nothing_when_deleted(call: Gateway, engine: Engine) -> None:
    create_client(call)
    call("DELETE", f"client/{PHONE}/")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM former_client")).scalar_one() == 0


@pytest.mark.parametrize("query", ["sort=id", "phone=79260000000", "status=none", "cursor=W10", "limit=0"])
def test_wrong_parameters_are_refused(call: Gateway, query: str) -> None:
    create_client(call)
    assert call("GET", f"{PATH}?{query}").status == 422


def test_a_viewer_reads_the_history(call: Gateway) -> None:
    create_client(call)
    assert call.with_claims(user("viewer"))("GET", PATH).status == 200
    assert call.with_claims(user())("GET", PATH).status == 403
