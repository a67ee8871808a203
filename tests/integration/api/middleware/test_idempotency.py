import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine, text

from notifications.database import idempotency
from notifications.database.idempotency import Call
from notifications.database.tables import client
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway, user

ANN = {"phone": "79261234567", "timezone": "Europe/Moscow"}
KEY = {"Idempotency-Key": "k-1"}


def test_the_same_call_gets_the_same_answer_and_has_one_effect(call: Gateway, triggers: list[str]) -> None:
    times = {"starts_at": "2030-01-01T10:00:00Z", "ends_at": "2030-01-02T10:00:00Z"}
    mailing = {"text": "Hi", "filter": {"tags": [], "operator_codes": []}} | times
    first = call("POST", "mailing/", mailing, headers=KEY)
    again = call("POST", "mailing", mailing, headers=KEY)
    assert (again.status, again.json, again.headers["ETag"]) == (201, first.json, first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(call("GET", "mailing/").json["items"]) == 1
    assert triggers == ["triggered"]


def test_a_key_is_for_one_body(call: Gateway) -> None:
    call("POST", "client/", ANN, headers=KEY)
    other = call("POST", "client/", ANN | {"phone": "79260000000"}, headers=KEY)
    assert other.status == 422
    assert other.json["errors"][0]["loc"] == ["header", "Idempotency-Key"]
    assert call("GET", "client/79260000000/").status == 404


def test_a_key_belongs_to_its_caller_and_its_call(call: Gateway) -> None:
    call("POST", "client/", ANN, headers=KEY)
    other = call.with_claims(user("admin") | {"sub": "u-2"})
    assert other("POST", "client/", ANN, headers=KEY).status == 409
    assert call("POST", "tag/", {"name": "vip"}, headers=KEY).status == 201


def test_a_failed_call_may_be_repeated_under_its_key(call: Gateway) -> None:
    call("POST", "client/", ANN)
    assert call("POST", "client/", ANN, headers=KEY).status == 409
    call("DELETE", "client/79261234567/")
    assert call("POST", "client/", ANN, headers=KEY).status == 201


def test_an_import_is_replayed_too(call: Gateway) -> None:
    body = "phone,timezone\n79261234567,Europe/Moscow\n"
    first = call("POST", "client/import/", body, headers=KEY)
    assert call("POST", "client/import/", body, headers=KEY).json == first.json
    assert first.json["created"] == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ключ", "a b"])
def test_a_bad_key_is_refused(call: Gateway, key: str) -> None:
    assert call("POST", "client/", ANN, headers={"Idempotency-Key": key}).status == 422


def test_a_key_is_forgotten_after_a_day(call: Gateway, engine: Engine) -> None:
    call("POST", "client/", ANN, headers=KEY)
    call("DELETE", "client/79261234567/")
    later = datetime.now(UTC) + timedelta(hours=24, seconds=1)
    assert (
        api_over(engine, now=lambda: later)("POST", "client/", ANN, headers=KEY).headers.get("Idempotency-Replayed")
        is None
    )


def test_two_concurrent_calls_have_one_effect(engine: Engine) -> None:
    same = Call("u-1", "POST /x", "k", b"hash")
    barrier, answers = threading.Barrier(2), list[object]()

    def act() -> None:
        own = create_engine(engine.url)
        barrier.wait()
        with own.begin() as connection:
            stored = idempotency.begin(connection, same, now=datetime.now(UTC))
            if stored is None:
                connection.execute(client.insert().values(phone="1", operator_code="1", timezone="UTC"))
                connection.execute(text("SELECT pg_sleep(0.2)"))
                idempotency.finish(connection, same, '{"done": 1}')
            answers.append(stored)
        own.dispose()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(None) == 1
    assert {"done": 1} in answers
