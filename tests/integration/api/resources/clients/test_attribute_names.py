"""The list of attributes in use, and the daily scan that forgets the others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications.clients import repository as clients
from notifications.clients.attributes import names
from notifications.clients.attributes.scan import SCAN_INTERVAL, scan_next
from notifications.clients.client import NewClient
from notifications.events.audit import Author
from tests.support.functions.api import ERASURE_KEY
from tests.support.functions.gateway import Gateway
from tests.support.mailings.simulation import TimedSqs

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
AUTHOR = Author(actor="u-1", name="ann", role="operator", request_id="r-1")
MAILING = {"starts_at": "2030-01-01T10:00:00Z", "ends_at": "2030-01-02T10:00:00Z", "filter": {"tags": []}}
WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


@pytest.fixture
def other(engine: Engine) -> Iterator[Engine]:
    """Connect to the same database by connections of its own."""
    other = create_engine(engine.url)
    yield other
    other.dispose()


def create(call: Gateway, phone: int, **attributes: Any) -> None:
    new = {"phone": str(phone), "timezone": "UTC", "attributes": attributes}
    assert call("POST", "client/", new).status == 201


def listed(call: Gateway, query: str = "") -> dict[str, list[str]]:
    return {each["name"]: each["types"] for each in call("GET", f"attribute/{query}").json["items"]}


def scan(engine: Engine, *, day: int) -> None:
    """Run the ticks of a day's scan."""
    now = NOW + day * SCAN_INTERVAL
    queue = Queue(TimedSqs(now), "url")  # type: ignore[arg-type]
    tick(engine, queue, clock=lambda: now, until=now + timedelta(minutes=1))


def last_chunk(connection: Connection, *, day: int) -> None:
    chunk = scan_next(connection, now=NOW + day * SCAN_INTERVAL, at_most=100)
    assert chunk
    assert chunk.is_last


def test_attributes_are_listed_with_the_types_of_their_values(call: Gateway) -> None:
    create(call, 79260000001, name="Ann", bonus=5, vip=True)
    create(call, 79260000002, name=7)
    call("POST", "client/import/", "phone,timezone,bonus,city\n79260000003,UTC,0.5,Omsk\n79260000004,UTC,many,\n")
    call("PATCH", "client/79260000001/", {"attributes": {"vip": "yes"}})
    assert listed(call) == {
        "bonus": ["number", "string"],
        "city": ["string"],
        "name": ["number", "string"],
        "vip": ["boolean", "string"],
    }


def test_attributes_are_paged_and_searched(call: Gateway) -> None:
    create(call, 79260000001, name="Ann", Surname="Lee", n_1=1)
    first = call("GET", "attribute/?limit=2&sort=-name").json
    second = call("GET", f"attribute/?limit=2&sort=-name&cursor={first['next']}").json
    names = [each["name"] for each in first["items"] + second["items"]]
    assert sorted(names) == ["Surname", "n_1", "name"]
    assert second["next"] is None
    assert list(listed(call, "?search=NAME")) == sorted(["name", "Surname"], key=names[::-1].index)
    assert list(listed(call, "?search=_")) == ["n_1"]
    assert call("GET", "attribute/?name=x").status == 422


def test_a_name_that_no_client_has_is_forgotten_by_the_second_scan(call: Gateway, engine: Engine) -> None:
    create(call, 79260000001, name="Ann", typo="x")
    call("PATCH", "client/79260000001/", {"attributes": {"name": "Ann"}})
    scan(engine, day=0)
    assert list(listed(call)) == ["name", "typo"]
    scan(engine, day=1)
    assert list(listed(call)) == ["name"]
    assert "typo" not in call("GET", "client/export/").text
    refused = call("POST", "mailing/", MAILING | {"text": "{typo}"})
    assert refused.json["errors"][0]["code"] == "attributes_unknown"
    create(call, 79260000002, typo="y")
    assert list(listed(call)) == ["name", "typo"]


def test_there_is_one_scan_a_day(call: Gateway, engine: Engine) -> None:
    create(call, 79260000001, name="Ann")
    call("DELETE", "client/79260000001/")
    for _ in range(3):
        scan(engine, day=0)
    assert list(listed(call)) == ["name"]


@pytest.mark.parametrize("way", ["create", "update", "import"])
def test_a_name_that_a_client_gets_again_stays(call: Gateway, engine: Engine, way: str) -> None:
    create(call, 79260000001, name="Ann")
    call("PATCH", "client/79260000001/", {"attributes": {}})
    scan(engine, day=0)
    if way == "create":
        create(call, 79260000002, name="Bo")
    elif way == "update":
        call("PATCH", "client/79260000001/", {"attributes": {"name": "Bo"}})
    else:
        call("POST", "client/import/", "phone,timezone,name\n79260000001,UTC,Bo\n")
    scan(engine, day=1)
    scan(engine, day=2)
    assert list(listed(call)) == ["name"]


def test_a_name_in_the_text_of_an_unfinished_mailing_stays(call: Gateway, engine: Engine) -> None:
    create(call, 79260000001, name="Ann", other="x")
    mailing = call("POST", "mailing/", MAILING | {"text": "{name}", "draft": True}).json
    call("DELETE", "client/79260000001/")
    scan(engine, day=0)
    scan(engine, day=1)
    assert list(listed(call)) == ["name"]
    call("DELETE", f"mailing/{mailing['id']}/")
    scan(engine, day=2)
    scan(engine, day=3)
    assert listed(call) == {}


def test_a_scan_corrects_types(call: Gateway, engine: Engine) -> None:
    create(call, 79260000001, bonus=5)
    call("PATCH", "client/79260000001/", {"attributes": {"bonus": "many"}})
    assert listed(call) == {"bonus": ["number", "string"]}
    scan(engine, day=0)
    assert listed(call) == {"bonus": ["string"]}


def test_a_scan_reads_all_clients_in_chunks(call: Gateway, engine: Engine) -> None:
    for n in range(5):
        create(call, 79260000000 + n, **{f"name_{n}": n})
    with engine.begin() as connection:
        connection.execute(text("UPDATE attribute SET types = '{}'"))
    ends = []
    for _ in range(4):
        with engine.begin() as connection:
            chunk = scan_next(connection, now=NOW, at_most=2)
            ends.append(chunk and chunk.is_last)
    assert ends == [False, False, True, None]
    assert listed(call) == {f"name_{n}": ["number"] for n in range(5)}


def test_two_dispatchers_do_not_scan_at_once(engine: Engine, other: Engine) -> None:
    with engine.begin() as connection:
        assert scan_next(connection, now=NOW, at_most=100)
    with engine.begin() as connection, other.begin() as second:
        assert scan_next(connection, now=NOW + SCAN_INTERVAL, at_most=100)
        assert scan_next(second, now=NOW + SCAN_INTERVAL, at_most=100) is None


def marked(call: Gateway, engine: Engine) -> NewClient:
    """Let a scan find that no client has `name`, and return a client with it that is not stored yet."""
    create(call, 79260000001, name="Ann")
    call("DELETE", "client/79260000001/")
    scan(engine, day=0)
    return NewClient(phone="79260000002", operator_code=None, timezone="UTC", attributes={"name": "Bo"})


def test_a_name_stays_if_a_client_with_it_is_being_created(call: Gateway, engine: Engine, other: Engine) -> None:
    new = marked(call, engine)
    with engine.begin() as creating:
        clients.create(creating, new, erasure_key=ERASURE_KEY, author=AUTHOR, now=NOW)
        with other.begin() as scanning:
            last_chunk(scanning, day=1)
    scan(engine, day=2)
    assert list(listed(call)) == ["name"]


def test_a_client_that_is_created_while_its_name_is_deleted_stores_it_again(
    call: Gateway, engine: Engine, other: Engine
) -> None:
    new = marked(call, engine)

    def store() -> None:
        with other.begin() as creating:
            clients.create(creating, new, erasure_key=ERASURE_KEY, author=AUTHOR, now=NOW)

    with ThreadPoolExecutor() as threads:
        with engine.begin() as scanning:
            last_chunk(scanning, day=1)
            stored = threads.submit(store)
            with other.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
                while not watching.execute(WAITS).scalar_one():
                    assert not stored.done()
        stored.result()
    assert listed(call) == {"name": ["string"]}


def test_creating_clients_with_a_known_name_locks_nothing(call: Gateway, engine: Engine, other: Engine) -> None:
    create(call, 79260000001, name="Ann")
    with engine.begin() as one, other.begin() as two:
        two.execute(text("SET LOCAL lock_timeout = '1s'"))
        for connection in (one, two):
            names.register(connection, [{"name": "Bo"}])
