"""`client/{phone}/message/` of long histories in large bases: a page costs the same."""

from typing import Any

from sqlalchemy import Engine, text

from tests.support.database.plans import blocks, plan_of
from tests.support.functions.gateway import Gateway

PHONE = "79260000000"
PATH = f"client/{PHONE}/message/"

# The first client has 300 messages of mailings and 2,000 test sends; each other has 10 and one.
_BASE = """
    INSERT INTO mailing (text, starts_at, ends_at)
    SELECT 'Hello', now() - n * interval '1 hour', now() FROM generate_series(1, 300) AS n;
    INSERT INTO message (mailing_id, client_id, status, schedule_version)
    SELECT id, 1, 'pending', 1 FROM mailing;
    WITH direct AS (
        INSERT INTO direct_message (kind, phone, text, ends_at, created_at)
        SELECT 'test', '79260000000', 'A test', now(), now() - n * interval '90 minutes'
        FROM generate_series(1, 2000) AS n RETURNING message_id
    )
    INSERT INTO message (id, status, schedule_version) OVERRIDING SYSTEM VALUE
    SELECT message_id, 'pending', 1 FROM direct;
"""
_OTHERS = """
    INSERT INTO message (mailing_id, client_id, status, schedule_version)
    SELECT mailing.id, n, 'pending', 1
    FROM mailing, generate_series(CAST(:first AS int), :last) AS n WHERE mailing.id <= 10;
    INSERT INTO sent_text (message_id, text) SELECT id, 'Hello' FROM message WHERE client_id BETWEEN :first AND :last;
    INSERT INTO direct_message (kind, phone, text, ends_at, created_at)
    SELECT 'test', '7903' || lpad(n::text, 7, '0'), 'A test', now(), now()
    FROM generate_series(CAST(:first AS int), :last) AS n;
"""
_TABLES = "message, direct_message, sent_text, mailing"


def grow(engine: Engine, statements: str, **values: int) -> None:
    with engine.begin() as connection:
        for statement in statements.split(";")[:-1]:
            connection.execute(text(statement), values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM ANALYZE {_TABLES}"))


def test_a_page_reads_as_much_from_a_base_that_is_ten_times_as_large(call: Gateway, engine: Engine) -> None:
    call("POST", "client/", {"phone": PHONE, "timezone": "UTC"})
    grow(engine, _BASE)
    grow(engine, _OTHERS, first=2, last=201)
    deep = PATH
    for _ in range(10):
        deep = f"{PATH}?cursor={call('GET', deep).json['next']}"
    paths = [PATH, deep, f"{PATH}?status=pending"]
    small = [blocks(plan_of(call, engine, path, "of_mailings")) for path in paths]
    grow(engine, _OTHERS, first=202, last=2001)
    large = [plan_of(call, engine, path, "of_mailings") for path in paths]
    # An index may have become one level deeper.
    assert all(blocks(after) <= before * 1.5 for before, after in zip(small, large, strict=True)), (small, large)
    assert seq_scans(large) <= {"mailing"}


def seq_scans(plans: list[dict[str, Any]]) -> set[str]:
    """Return the tables that are read as a whole."""
    found: set[str] = set()
    for each in plans:
        if each["Node Type"] == "Seq Scan":
            found.add(each["Relation Name"])
        found |= seq_scans(each.get("Plans", []))
    return found
