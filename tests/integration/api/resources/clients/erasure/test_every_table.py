"""After an erasure, no column of any table has the person, and the figures are as before."""

import pytest
from sqlalchemy import Engine, text

from notifications.database.tables import metadata
from notifications.statistics import reconciliation
from tests.support.database.search import found_in, sizes
from tests.support.functions.log import captured_log
from tests.support.mailings.person import NAME, PHONE, TRACES, PersonScenario

# Tables that hold nothing of a person, with the reason. Every other table must have met the person.
WITHOUT_PEOPLE = {
    "attribute": "names that all clients share",
    "attribute_scan": "the same",
    "client_default_timezone": "ids of clients, which go with them",
    "client_tag": "the same",
    "client_import": "who imported a file, and when",
    "dispatcher_trigger": "ids of runs",
    "erased_phone": "hashes alone",
    "hold": "times",
    "mailing": "texts with placeholders",
    "mailing_count": "numbers",
    "mailing_delivery": "numbers",
    "mailing_group": "numbers by time zone and operator code",
    "mailing_hour": "numbers",
    "mailing_pace": "numbers",
    "mailing_rate": "times",
    "operator_delivery": "numbers by operator code",
    "provider_rate": "measurements",
    "receipt_check": "ids of mailings",
    "report": "figures of a day",
    "tag": "names that all clients share",
}


@pytest.fixture
def met(engine: Engine) -> PersonScenario:
    scenario = PersonScenario(engine)
    scenario.meet_everything()
    return scenario


def tables(found: dict[str, int]) -> set[str]:
    return {place.partition(".")[0] for place in found}


def reconciled(engine: Engine) -> None:
    with engine.connect() as connection:
        ids = connection.execute(text("SELECT id FROM mailing")).scalars().all()
        assert reconciliation.reconcile(connection, ids).differences == []


def test_every_table_is_searched(met: PersonScenario, engine: Engine) -> None:
    before, rows = found_in(engine, TRACES), sizes(engine)
    # A new table must be met by `meet_everything`, and its erasure written, or have a reason here.
    assert tables(before) == {table.name for table in metadata.sorted_tables} - WITHOUT_PEOPLE.keys()
    reconciled(engine)
    answer = met.erase(reason=f"{NAME}, {PHONE}, wrote a letter")
    assert answer.status == 200, answer.text
    assert found_in(engine, TRACES) == {}
    reconciled(engine)
    left = sizes(engine)
    kept = (
        "message",
        "attempt",
        "delivery",
        "direct_message",
        "dead_letter",
        "job",
        "client_import",
        "incident",
        "provider",
    )
    assert {name: left[name] for name in kept} == {name: rows[name] for name in kept}
    changes = {name: left[name] - rows[name] for name in ("client", "audit", "erased_phone")}
    assert changes == {"client": -1, "audit": 1, "erased_phone": 1}


def test_messages_stay_and_those_that_wait_end(met: PersonScenario) -> None:
    before = met.rows("SELECT id, status FROM message ORDER BY id")
    met.erase()
    after = met.rows("SELECT id, status FROM message ORDER BY id")
    changed = {(was, now) for (_, was), (_, now) in zip(before, after, strict=True) if was != now}
    assert changed <= {
        ("pending", "suppressed"),
        ("pending", "unknown"),
        ("queued", "suppressed"),
        ("queued", "unknown"),
    }
    assert met.rows("SELECT DISTINCT last_error_code FROM message WHERE status = 'suppressed'") == [("client_erased",)]


def test_no_line_of_the_log_has_the_person(engine: Engine) -> None:
    with captured_log() as log:
        scenario = PersonScenario(engine, redacts=True)
        scenario.meet_everything()
        scenario.erase()
        scenario.call("GET", f"client/{PHONE}/data/")
    assert "API called" in log.getvalue()
    assert not [trace for trace in TRACES if trace in log.getvalue()]
