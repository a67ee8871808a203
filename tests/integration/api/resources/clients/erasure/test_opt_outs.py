"""The phone of an erased person has opted out, without being stored, until an admin lifts that."""

from datetime import UTC, datetime

from notifications.clients.opt_outs.commands import Recorder
from notifications.clients.opt_outs.opt_out import OptOut
from notifications.contracts.enumerations import OptOutScope, OptOutSource
from tests.support.database.search import found_in
from tests.support.functions.api import ERASURE_KEY
from tests.support.mailings.person import PHONE, TRACES, PersonScenario
from tests.support.mailings.planned import AUTHOR

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def erased(person: PersonScenario) -> None:
    person.create()
    assert person.erase().status == 200


def test_it_has_an_opt_out_that_is_not_stored(person: PersonScenario) -> None:
    erased(person)
    recorded = person.call("POST", "optout/", {"phone": PHONE, "scope": "marketing", "reason": "asked"})
    shown = person.call("GET", f"optout/{PHONE}/")
    assert (recorded.status, shown.status) == (200, 200)
    assert recorded.json == shown.json
    assert (shown.json["scope"], shown.json["source"], shown.json["reason"]) == ("all", "erasure", None)
    assert person.call("GET", "optout/").json["items"] == []
    assert found_in(person.engine, TRACES) == {}


def test_a_file_stores_the_others_alone(person: PersonScenario) -> None:
    erased(person)
    body = f"phone,scope\n{PHONE},all\n79260000001,all\n"
    answer = person.call("POST", "optout/import/", body).json
    assert (answer["created"], answer["unchanged"], answer["refused"]) == (1, 1, [])
    assert [each["phone"] for each in person.call("GET", "optout/").json["items"]] == ["79260000001"]
    assert found_in(person.engine, TRACES) == {}


def test_a_provider_that_reports_an_opt_out_stores_none(person: PersonScenario) -> None:
    erased(person)
    reported = OptOut(phone=PHONE, scope=OptOutScope.ALL, source=OptOutSource.PROVIDER, reason=None, at=NOW)
    begin = person.engine.begin
    recorder = Recorder(recording=begin, suppressing=begin, erasure_key=lambda: ERASURE_KEY, author=AUTHOR, now=NOW)
    (recorded,) = recorder.record([reported])
    assert not recorded.is_changed
    assert found_in(person.engine, TRACES) == {}


def test_an_admin_lifts_it_with_a_reason_and_the_phone_is_accepted_again(person: PersonScenario) -> None:
    erased(person)
    client = {"phone": PHONE, "timezone": "UTC"}
    assert person.call("POST", "client/", client).status == 422
    assert person.call("DELETE", f"optout/{PHONE}/?reason=came%20back").status == 204
    assert found_in(person.engine, TRACES) == {}
    assert person.call("GET", f"optout/{PHONE}/").status == 404
    assert person.call("POST", "client/", client).status == 201
    (entry,) = person.call("GET", "audit/?kind=opt_out&action=delete").json["items"]
    assert entry["after"] == {"reason": "came back"}
