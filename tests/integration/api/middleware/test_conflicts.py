"""Concurrent calls: violations of known constraints are a 409, others an internal error."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

from sqlalchemy import Engine, create_engine, text

from tests.support.functions.gateway import Gateway

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


def test_a_phone_created_concurrently_is_a_conflict(call: Gateway, engine: Engine) -> None:
    call("POST", "client/", {"phone": "79260000001", "timezone": "UTC"})
    other = create_engine(engine.url)
    with ThreadPoolExecutor(1) as pool:
        with other.begin() as connection:
            connection.execute(
                text("INSERT INTO client (phone, operator_code, timezone) VALUES ('79260000002', '926', 'UTC')")
            )
            change = pool.submit(call, "PATCH", "client/79260000001/", {"phone": "79260000002"})
            _until_one_waits(other)
        given = change.result()
    other.dispose()
    assert (given.status, given.json["code"], given.json["params"]) == (409, "phone_just_taken", {})


def test_a_tag_used_while_it_is_deleted_is_a_conflict(call: Gateway, engine: Engine) -> None:
    call("POST", "client/", {"phone": "79260000001", "timezone": "UTC"})
    call("POST", "tag/", {"name": "vip"})
    other = create_engine(engine.url)
    with ThreadPoolExecutor(1) as pool:
        with other.begin() as connection:
            connection.execute(text("INSERT INTO client_tag SELECT client.id, tag.id FROM client CROSS JOIN tag"))
            deletion = pool.submit(call, "DELETE", "tag/vip/")
            _until_one_waits(other)
        given = deletion.result()
    other.dispose()
    assert (given.status, given.json["code"], given.json["params"]) == (409, "tag_just_changed", {})
    assert call("DELETE", "tag/vip/").status == 204


def test_an_unknown_constraint_is_an_internal_error(call: Gateway, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE tag ADD CONSTRAINT forgotten CHECK (name <> 'vip')"))
    try:
        given = call("POST", "tag/", {"name": "vip"})
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE tag DROP CONSTRAINT forgotten"))
    assert (given.status, given.json["code"], given.json["request_id"]) == (500, "internal_error", "req-1")


def _until_one_waits(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(WAITING).scalar_one():
            sleep(0.01)
