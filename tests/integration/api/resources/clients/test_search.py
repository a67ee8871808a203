"""Search of clients by any digits of their phones, quick in a large base."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from tests.support.functions.gateway import Gateway

CLIENTS = 20_000

_FILL = text("""
    INSERT INTO client (phone, operator_code, timezone)
    SELECT phone, '926', 'UTC' FROM unnest(CAST(:phones AS text[])) AS phone
""")


@pytest.fixture
def base(engine: Engine) -> list[str]:
    """Return the phones of a base, in the order of creation."""
    phones = [f"7{number}" for number in Random(0).sample(range(9_000_000_000, 9_999_999_999), CLIENTS)]
    with engine.begin() as connection:
        connection.execute(_FILL, {"phones": phones})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE client"))
    return phones


def found(call: Gateway, digits: str) -> Iterator[str]:
    """Generate the phones on all pages of a search."""
    cursor = ""
    while cursor is not None:
        page = call("GET", f"client/?limit=500&search={digits}{cursor}").json
        yield from (each["phone"] for each in page["items"])
        cursor = page["next"] and f"&cursor={page['next']}"


def test_a_search_finds_exactly_the_phones_that_have_the_digits(call: Gateway, base: list[str]) -> None:
    chance = Random(1)
    for length in range(1, 12):
        phone = chance.choice(base)
        first = chance.randint(0, 11 - length)
        for digits in (phone[first : first + length], phone[:length], phone[-length:], "0" * length):
            expected = [each for each in base if digits in each]
            if len(expected) <= 3_000:
                assert list(found(call, digits)) == expected, digits
            else:
                answer = call("GET", f"client/?limit=500&search={digits}").json
                assert [each["phone"] for each in answer["items"]] == expected[:500], digits


def test_digits_that_no_phone_has_find_nothing(call: Gateway, base: list[str]) -> None:
    longer_than_any = base[0] + "1234"
    assert call("GET", f"client/?search={longer_than_any}").json["items"] == []
    assert call("GET", "client/?search=1234567890123456").status == 422


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize("sort", ["id", "-id"])
@pytest.mark.parametrize("digits", ["4567", "92612", "79261234567"])
def test_a_search_reads_the_index_of_trigrams(call: Gateway, engine: Engine, digits: str, sort: str) -> None:
    statements: list[tuple[str, Any]] = []
    listen = ("before_cursor_execute", lambda *given: statements.append((given[2], given[3])))
    event.listen(engine, *listen)
    try:
        call("GET", f"client/?search={digits}&sort={sort}")
    finally:
        event.remove(engine, *listen)
    (statement, parameters) = next(each for each in statements if "phone_trigrams" in each[0])
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    assert any("client_phone_trigrams_idx" in line for line in plan), plan
