"""`POST client/{phone}/erase/` and `GET client/{phone}/data/`: who may call them, for whom, and how often."""

import json

import pytest

from notifications.clients.erasure import erased_phones
from notifications.clients.erasure.hashes import phone_hash
from notifications.clients.erasure.journal import Journal
from sender.providers.base import OutcomeUnknown
from tests.support.database.search import found_in
from tests.support.functions.api import ERASURE_KEY
from tests.support.functions.gateway import user
from tests.support.mailings.person import IBAN, NAME, PHONE, TRACES, PersonScenario
from tests.support.proofs.model_collaborators import KillAtCommit

OTHER = "79260000001"
PATH = f"client/{PHONE}/erase/"
BODY = {"phone": PHONE, "reason": "asked"}


def problem(answer: object) -> list[str]:
    return [error["code"] for error in answer.json["errors"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_it_needs_an_admin(person: PersonScenario, role: str) -> None:
    person.create()
    caller = person.call.with_claims(user(role))
    assert caller("POST", PATH, BODY).status == caller("GET", f"client/{PHONE}/data/").status == 403
    assert person.call("GET", f"client/{PHONE}/").status == 200


def test_the_phone_must_be_typed_again(person: PersonScenario) -> None:
    person.create()
    answer = person.call("POST", PATH, {"phone": OTHER, "reason": "asked"})
    assert (answer.status, problem(answer)) == (422, ["phone_not_repeated"])
    for reason in ("", " \t"):
        assert person.call("POST", PATH, {"phone": PHONE, "reason": reason}).status == 422
    assert person.call("POST", PATH, {"phone": "+7 926 123-45-67", "reason": "asked"}).status == 200


def test_nothing_is_known_of_a_stranger(person: PersonScenario) -> None:
    assert person.erase().json["code"] == person.call("GET", f"client/{PHONE}/data/").json["code"] == "person_not_found"


def test_a_person_is_found_that_is_no_client_any_more(person: PersonScenario) -> None:
    person.create()
    person.mailing()
    person.call("DELETE", f"client/{PHONE}/")
    assert person.erase().json["messages"] == 1
    assert found_in(person.engine, TRACES) == {}


def test_a_person_is_found_that_got_a_test_send_alone(person: PersonScenario) -> None:
    test_id = person.test_send()
    assert person.erase().json["messages"] == 1
    assert found_in(person.engine, TRACES) == {}
    shown = person.call("GET", f"mailing/test/{test_id}/").json
    assert (shown["phone"], shown["text"], shown["status"]) == (None, None, "suppressed")


def test_a_person_is_found_that_has_opted_out_alone(person: PersonScenario) -> None:
    person.opt_out()
    assert person.erase().status == 200
    assert found_in(person.engine, TRACES) == {}


def test_a_person_is_found_in_an_import_under_way_alone(person: PersonScenario) -> None:
    import_id = person.upload(f"phone,timezone,name\n{PHONE},UTC,{NAME}\n")
    person.import_parts(parts=1)
    (row,) = person.call("GET", f"client/{PHONE}/data/").json["waiting_rows"]
    assert (row["import_id"], row["line"], row["attributes"]) == (import_id, 2, {"name": NAME})
    assert person.erase().status == 200
    person.import_parts()
    assert found_in(person.engine, TRACES) == {}


def test_of_an_erased_person_the_opt_out_is_left(person: PersonScenario) -> None:
    person.create()
    erased_at = person.erase().json["erased_at"]
    known = person.call("GET", f"client/{PHONE}/data/").json
    assert (known["opt_out"]["source"], known["opt_out"]["at"]) == ("erasure", erased_at)
    assert (known["client"], known["messages"]["items"], known["changes"]["items"]) == (None, [], [])


def test_a_message_of_unknown_outcome_cannot_be_sent_again(person: PersonScenario) -> None:
    person.create()
    mailing_id = person.mailing()
    person.call("PATCH", f"mailing/{mailing_id}/", {"on_unknown": "hold"})
    person.send(OutcomeUnknown)
    person.erase()
    person.post(f"mailing/{mailing_id}/resolve/", {"verdict": "resend"})
    (message,) = person.call("GET", f"mailing/{mailing_id}/message/").json["items"]
    assert message["status"] == "unknown"
    assert message["last_error_params"]["reason"]["code"] == "client_erased"


def test_a_person_is_found_in_the_audit_log_alone(person: PersonScenario) -> None:
    person.create()
    person.call("DELETE", f"client/{PHONE}/")
    assert person.erase().json["changes"] == 2
    assert found_in(person.engine, TRACES) == {}


def test_it_may_be_repeated(person: PersonScenario) -> None:
    person.create()
    first, second = person.erase().json, person.erase().json
    assert first["changes"] == 1
    assert second == {**first, "changes": 0}
    assert len(person.s3.objects) == 1


def test_an_idempotency_key_stores_no_phone(person: PersonScenario) -> None:
    person.create()
    first = person.post(f"client/{PHONE}/erase/", BODY)
    person.calls -= 1
    assert person.post(f"client/{PHONE}/erase/", BODY) == first
    assert found_in(person.engine, TRACES) == {}


def test_the_audit_log_has_the_erasure_without_the_person(person: PersonScenario) -> None:
    person.create()
    done = person.erase(reason=f"{NAME.upper()} ({PHONE}) wrote").json
    entries = person.call("GET", f"audit/?key={done['reference']}").json["items"]
    assert [(each["action"], each["kind"]) for each in entries] == [("erase", "client"), ("create", "client")]
    assert entries[0]["after"] == {"reason": "[erased] ([erased]) wrote"}
    assert entries[1]["before"] is entries[1]["after"] is None


def test_entries_under_an_earlier_phone_go_and_those_of_its_next_owner_stay(person: PersonScenario) -> None:
    person.create(OTHER)
    person.call("PATCH", f"client/{OTHER}/", {"phone": PHONE})
    person.create(OTHER, attributes={"name": "Next"})
    person.erase()
    assert found_in(person.engine, TRACES) == {}
    assert [each["action"] for each in person.call("GET", f"audit/?key={OTHER}").json["items"]] == ["create"]
    assert person.call("GET", f"client/{OTHER}/").json["attributes"] == {"name": "Next"}


def test_a_process_that_dies_before_the_commit_has_erased_nothing(person: PersonScenario) -> None:
    person.create()
    kill = KillAtCommit(1)
    kill.over(person.engine)
    try:
        assert person.erase().status == 500
    finally:
        kill.leave(person.engine)
    assert len(person.s3.objects) == 1
    assert person.call("GET", f"client/{PHONE}/").status == 200
    person.erase()
    assert found_in(person.engine, TRACES) == {}


def test_the_journal_has_the_hash_alone(person: PersonScenario) -> None:
    person.create()
    person.erase()
    ((key, body),) = person.s3.objects.items()
    hashed = phone_hash(ERASURE_KEY, PHONE).hex()
    assert json.loads(body) == {"hash": hashed, "at": person.now.isoformat(), "lifted": False}
    assert key == f"erasures/{person.now:%Y-%m-%dT%H:%M:%S.%fZ}-{hashed[:16]}.json"


def test_a_journal_that_cannot_be_written_keeps_the_person(person: PersonScenario) -> None:
    person.create()
    person.s3.put_object = None  # type: ignore[method-assign, assignment]
    assert person.erase().status == 500
    assert person.call("GET", f"client/{PHONE}/").status == 200


def test_a_phone_that_is_forgotten_is_accepted_again(person: PersonScenario) -> None:
    person.create()
    person.erase()
    journal = Journal(lambda: person.s3, lambda: "erasures")  # type: ignore[arg-type, return-value]
    with person.engine.begin() as connection:
        values = {"journal": journal, "now": person.now}
        assert erased_phones.forget(connection, ERASURE_KEY, PHONE, **values)  # type: ignore[arg-type]
        assert not erased_phones.forget(connection, ERASURE_KEY, PHONE, **values)  # type: ignore[arg-type]
    person.create()


def test_the_data_of_a_person_is_all_that_is_known(person: PersonScenario) -> None:
    person.meet_everything()
    path = f"client/{PHONE}/data/"
    first = person.call("GET", f"{path}?limit=3").json
    assert first["client"]["attributes"] == {"name": NAME, "iban": IBAN}
    assert first["opt_out"]["reason"] == f"{NAME} asked"
    assert [(row["line"], row["code"]) for row in first["refused_rows"]] == [(4, "timezone_unknown")]
    messages, following = first["messages"]["items"], first["messages"]["next"]
    while following:
        page = person.call("GET", f"{path}?limit=3&messages={following}").json["messages"]
        messages, following = messages + page["items"], page["next"]
    own = person.rows(
        "SELECT id FROM message WHERE client_id IN (SELECT id FROM client WHERE phone = :phone"
        " UNION SELECT client_id FROM former_client) OR mailing_id IS NULL",
        phone=PHONE,
    )
    assert sorted(each["id"] for each in messages) == sorted(each for (each,) in own)
    assert any(NAME in (each["text"] or "") for each in messages)
    assert any(attempt["error"] for each in messages for attempt in each["attempt_list"])
    changes = person.call("GET", f"{path}?limit=500").json["changes"]["items"]
    assert {each["action"] for each in changes} >= {"create", "delete", "import"}
