"""The phone of an erased person comes back in no way, also while the erasure is under way."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from notifications import message_state
from notifications.clients.erasure import erased_phones, repetition
from notifications.clients.erasure.erasing import erase
from notifications.clients.erasure.hashes import phone_hash
from notifications.clients.erasure.journal import Journal
from notifications.contracts.enumerations import OutcomeStatus
from notifications.message_state import Claimed, Outcome
from notifications.statistics import reconciliation
from tests.support.database.search import found_in
from tests.support.functions.api import ERASURE_KEY
from tests.support.functions.gateway import Answer
from tests.support.mailings.claims import claim_messages
from tests.support.mailings.person import ATTRIBUTES, IBAN, NAME, PHONE, TEXT, TRACES, PersonScenario
from tests.support.mailings.planned import AUTHOR
from tests.support.sender.scenario import SenderScenario

OTHER = "79260000001"
CSV = f"phone,timezone,name\n{OTHER},UTC,Other\n{PHONE},UTC,{NAME}\n"
WAYS: dict[str, Callable[[PersonScenario], Answer]] = {
    "POST client": lambda person: person.call("POST", "client/", {"phone": PHONE, "attributes": ATTRIBUTES}),
    "PUT client": lambda person: person.call("PUT", f"client/{PHONE}/", {"timezone": "UTC"}),
    "PATCH client": lambda person: person.call("PATCH", f"client/{OTHER}/", {"phone": PHONE}),
    "POST mailing/test": lambda person: person.call("POST", "mailing/test/", {"phone": PHONE, "text": "Hi"}),
}


def erased(person: PersonScenario) -> PersonScenario:
    person.create(OTHER, attributes={"name": "Other"})
    person.create()
    assert person.erase().status == 200
    return person


@pytest.mark.parametrize("way", WAYS)
def test_a_call_with_the_phone_is_refused(person: PersonScenario, way: str) -> None:
    answer = WAYS[way](erased(person))
    assert (answer.status, [error["code"] for error in answer.json["errors"]]) == (422, ["phone_erased"])
    assert found_in(person.engine, TRACES) == {}


def test_an_import_refuses_the_row(person: PersonScenario) -> None:
    done = erased(person).post("client/import/", CSV)
    assert (done["created"], done["updated"]) == (0, 1)
    assert [(row["line"], row["field"], row["code"]) for row in done["refused"]] == [(3, "phone", "phone_erased")]


def test_an_import_of_a_file_refuses_the_row(person: PersonScenario) -> None:
    erased(person)
    import_id = person.upload(CSV)
    person.import_parts()
    shown = person.call("GET", f"import/{import_id}/").json
    assert (shown["status"], shown["rows"], shown["updated"], shown["refused"]) == ("finished", 2, 1, 1)
    assert person.rows("SELECT line, field, code FROM import_refusal") == [(3, "phone", "phone_erased")]
    assert found_in(person.engine, TRACES) == {}


def test_a_bulk_change_by_phone_stores_no_phone_of_an_erased_person(person: PersonScenario) -> None:
    erased(person).post("client/bulk/", {"phones": [PHONE, OTHER], "add_tags": ["new"]})
    assert found_in(person.engine, TRACES) == {}


@pytest.mark.parametrize("parts", [1, 2, 3, 4, 5, 6])
def test_an_erasure_between_two_parts_of_an_import(person: PersonScenario, parts: int) -> None:
    person.create()
    rows = [f"7926000000{n},UTC,Other" for n in range(4)]
    import_id = person.upload("\n".join(["phone,timezone,name", *rows[:2], f"{PHONE},UTC,{NAME}", *rows[2:], ""]))
    person.import_parts(parts=parts)
    assert person.erase().status == 200
    assert found_in(person.engine, TRACES) == {}
    person.import_parts()
    shown = person.call("GET", f"import/{import_id}/").json
    assert shown["status"] == "finished"
    assert shown["rows"] == shown["created"] + shown["updated"] + shown["refused"] == 5
    assert shown["created"] == 4
    assert found_in(person.engine, TRACES) == {}


def outlasts[Result](future: Future[Result]) -> bool:
    """Return True if a call waits."""
    try:
        future.result(0.3)
    except StillRunning:
        return True
    return False


@pytest.mark.parametrize("way", WAYS)
def test_a_call_waits_for_an_erasure_that_is_under_way(person: PersonScenario, other: PersonScenario, way: str) -> None:
    person.create(OTHER, attributes={"name": "Other"})
    person.opt_out()
    with ThreadPoolExecutor() as threads:
        with person.engine.begin() as connection:
            times = {"now": person.now, "at": person.now}
            erase(connection, PHONE, key=ERASURE_KEY, author=AUTHOR, reason="asked", **times)
            called = threads.submit(WAYS[way], other)
            assert outlasts(called)
        assert [error["code"] for error in called.result(10).json["errors"]] == ["phone_erased"]
    assert found_in(person.engine, TRACES) == {}


def test_an_erasure_waits_for_a_transaction_that_stores_the_phone(
    person: PersonScenario, other: PersonScenario
) -> None:
    person.opt_out()
    with ThreadPoolExecutor() as threads:
        with person.engine.begin() as connection:
            erased_phones.refuse(connection, ERASURE_KEY, PHONE)
            erasure = threads.submit(other.erase)
            assert outlasts(erasure)
        assert erasure.result(10).status == 200


def test_two_erasures_at_once(person: PersonScenario, other: PersonScenario) -> None:
    person.meet_everything()
    with ThreadPoolExecutor() as threads:
        answers = [future.result(30) for future in [threads.submit(each.erase) for each in (person, other)]]
    assert [each.status for each in answers] == [200, 200]
    assert answers[0].json["erased_at"] == answers[1].json["erased_at"]
    assert found_in(person.engine, TRACES) == {}


def claim(sender: SenderScenario) -> Claimed:
    """Claim the only message."""
    ids = [row.id for row in sender.rows()]
    with sender.engine.begin() as connection:
        (claimed,) = claim_messages(connection, ids, now=sender.now)
    return claimed


def outcome(claimed: Claimed, now: datetime) -> Outcome:
    """Return an outcome that quotes the person in every way that an outcome can."""
    words = f"HTTP 400: {PHONE}: Dear {NAME}, {IBAN}"
    return Outcome(
        id=claimed.id,
        claim=claimed.claim,
        status=OutcomeStatus.PENDING,
        due_at=now + timedelta(minutes=1),
        closes_at=now + timedelta(hours=1),
        error=words,
        error_params={"error": words},
        in_doubt=True,
        calls=1,
        called_at=now,
        duration_ms=20,
        text=TEXT.format(**ATTRIBUTES),
    )


@pytest.mark.parametrize("kind", ["mailing", "test send"])
def test_the_outcome_of_a_message_that_is_being_sent_brings_nothing_back(
    person: PersonScenario, engine: Engine, kind: str
) -> None:
    if kind == "mailing":
        person.create()
        person.mailing()
    else:
        person.test_send()
    sender = SenderScenario(engine, now=person.now)
    sender.requeue()
    claimed = claim(sender)
    assert person.erase().json["messages"] == 1
    with engine.begin() as connection:
        assert message_state.record_outcomes(connection, [outcome(claimed, sender.now)], now=sender.now) == set()
        assert reconciliation.reconcile(connection, [1]).differences == []
    assert (sender.row().status, sender.row().in_doubt) == ("unknown", True)
    assert found_in(engine, TRACES) == {}


def test_an_erasure_waits_for_an_outcome_that_is_being_recorded(
    person: PersonScenario, other: PersonScenario, engine: Engine
) -> None:
    person.create()
    person.mailing()
    sender = SenderScenario(engine, now=person.now)
    sender.requeue()
    claimed = claim(sender)
    with ThreadPoolExecutor() as threads:
        with engine.begin() as connection:
            assert message_state.record_outcomes(connection, [outcome(claimed, sender.now)], now=sender.now)
            erasure = threads.submit(other.erase)
            assert outlasts(erasure)
        assert erasure.result(10).status == 200
    assert sender.row().status == "unknown"
    assert found_in(engine, TRACES) == {}


def test_an_erasure_waits_for_a_claim_that_is_being_made(
    person: PersonScenario, other: PersonScenario, engine: Engine
) -> None:
    person.create()
    person.mailing()
    sender = SenderScenario(engine, now=person.now)
    sender.requeue()
    with ThreadPoolExecutor() as threads:
        ids = [row.id for row in sender.rows()]
        with engine.begin() as connection:
            (claimed,) = claim_messages(connection, ids, now=sender.now)
            erasure = threads.submit(other.erase)
            assert outlasts(erasure)
        assert erasure.result(10).status == 200
    with engine.begin() as connection:
        assert message_state.record_outcomes(connection, [outcome(claimed, sender.now)], now=sender.now) == set()
    assert found_in(engine, TRACES) == {}


def repeat(person: PersonScenario) -> int:
    journal = Journal(lambda: person.s3, lambda: "erasures")  # type: ignore[arg-type, return-value]
    with person.engine.begin() as connection:
        entries = journal.since(person.now)
        return repetition.repeat(connection, entries, key=ERASURE_KEY, author=AUTHOR, now=person.now)


def test_a_restored_database_repeats_the_erasures_of_the_journal(person: PersonScenario) -> None:
    person.meet_everything()
    journal = Journal(lambda: person.s3, lambda: "erasures")  # type: ignore[arg-type, return-value]
    for phone in (PHONE, "79269999999"):
        journal.write(phone_hash(ERASURE_KEY, phone), at=person.now)
    assert repeat(person) == 1
    assert found_in(person.engine, TRACES) == {}
    assert repeat(person) == 0
    for phone in (PHONE, "79269999999"):
        assert person.call("POST", "client/", {"phone": phone}).status == 422


def test_a_restored_database_accepts_a_phone_whose_erasure_was_lifted(person: PersonScenario) -> None:
    erased(person)
    journal = Journal(lambda: person.s3, lambda: "erasures")  # type: ignore[arg-type, return-value]
    journal.write(phone_hash(ERASURE_KEY, PHONE), at=person.now + timedelta(seconds=1), lifted=True)
    assert repeat(person) == 0
    person.create()
