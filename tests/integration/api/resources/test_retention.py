"""Retention in the API: what is kept, and what mailings, lists and explanations say of removed messages."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from notifications.contracts.enumerations import RetentionSubject
from notifications.jobs.retention.periods import RetentionSettings
from tests.support.dispatcher import retention
from tests.support.functions.gateway import Gateway
from tests.support.mailings.planned import plan, send

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
MAILING = {
    "text": "Hi",
    "starts_at": (NOW - DAY).isoformat(),
    "ends_at": (NOW + DAY).isoformat(),
    "filter": {"tags": []},
}
PHONE = "79260000000"


@pytest.fixture
def ended(call: Gateway, engine: Engine) -> datetime:
    """A mailing to one client that has ended 40 days ago. Returns the time of its end."""
    call("POST", "client/", {"phone": PHONE, "timezone": "UTC"})
    call("POST", "mailing/", MAILING)
    plan(engine, 1)
    send(engine, 1, [("sent", None)])
    ended = NOW - 40 * DAY
    with engine.begin() as connection:
        # Without the triggers of the running counts: the service never moves the time of a sent message.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        values = {"ended": ended}
        connection.execute(text("UPDATE mailing SET status = 'finished', finished_at = :ended"), values)
        connection.execute(text("UPDATE message SET since = :ended"), values)
    return ended


def moment(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def test_before_the_first_removal_nothing_is_known(call: Gateway) -> None:
    assert call("GET", "retention/").json == {
        "items": [],
        "job_id": None,
        "status": None,
        "started_at": None,
        "finished_at": None,
    }


@pytest.mark.usefixtures("ended")
def test_shows_the_days_of_every_subject_and_what_was_removed(call: Gateway, engine: Engine) -> None:
    days = RetentionSettings(message_retention_days=30).retention_days()
    job = retention.run(engine, days, now=NOW)
    answer = call("GET", "retention/").json
    assert [each["subject"] for each in answer["items"]] == list(RetentionSubject)
    assert {each["subject"]: each["days"] for each in answer["items"]} == days
    removed = {each["subject"]: each["removed"] for each in answer["items"] if each["removed"]}
    assert removed == {"messages": 1, "attempts": 1}
    assert (answer["job_id"], answer["status"], answer["finished_at"]) == (job.id, "finished", moment(NOW))
    assert call("GET", "job/?kind=retention").json["items"][0]["result"] == removed


@pytest.mark.usefixtures("ended")
def test_a_mailing_and_its_messages_tell_of_the_removal(call: Gateway, engine: Engine) -> None:
    assert call("GET", "mailing/1/").json["messages_removed_at"] is None
    retention.run(engine, retention.days(messages=30), now=NOW)
    mailing = call("GET", "mailing/1/").json
    assert mailing["messages_removed_at"] == moment(NOW)
    assert (mailing["stats"]["total"], mailing["stats"]["sent"]) == (1, 1)
    page = call("GET", "mailing/1/message/").json
    assert page == {"items": [], "next": None, "messages_removed_at": moment(NOW)}
    assert call("GET", "statistic/1/").json["stats"]["sent"] == 1


def test_the_messages_of_a_client_show_how_far_they_are_removed(call: Gateway, engine: Engine, ended: datetime) -> None:
    before = call("GET", f"client/{PHONE}/message/").json
    assert (len(before["items"]), before["removed_until"]) == (1, None)
    retention.run(engine, retention.days(messages=30), now=NOW)
    after = call("GET", f"client/{PHONE}/message/").json
    assert (after["items"], after["removed_until"]) == ([], moment(ended))


@pytest.mark.usefixtures("ended")
def test_an_explanation_does_not_claim_what_is_no_longer_known(call: Gateway, engine: Engine) -> None:
    retention.run(engine, retention.days(messages=30), now=NOW)
    answer = call("GET", f"mailing/1/explain/?phone={PHONE}").json
    assert (answer["status"], answer["verdict_code"]) == (None, "messages_removed")
    assert answer["verdict_params"] == {"removed_at": moment(NOW)}
    (audience,) = [rule for rule in answer["rules"] if rule["rule"] == "audience"]
    assert audience["code"] == "messages_removed"


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize(
    ("action", "body"), [("retry", {"ends_at": moment(NOW + 2 * DAY)}), ("resolve", {"verdict": "give_up"})]
)
def test_decisions_on_removed_messages_are_refused(
    call: Gateway, engine: Engine, action: str, body: dict[str, str]
) -> None:
    retention.run(engine, retention.days(messages=30), now=NOW)
    answer = call("POST", f"mailing/1/{action}/", body)
    assert (answer.status, answer.json["code"]) == (409, "messages_removed")


def test_a_test_send_without_its_text_is_still_shown(call: Gateway, engine: Engine) -> None:
    test_id = call("POST", "mailing/test/", {"phone": PHONE, "text": "Hi"}).json["id"]
    with engine.begin() as connection:
        values = {"ended": NOW - 40 * DAY}
        connection.execute(text("UPDATE message SET status = 'sent', sent_at = :ended, since = :ended"), values)
        connection.execute(text("UPDATE direct_message SET created_at = :ended"), values)
    retention.run(engine, retention.days(texts=30), now=NOW)
    assert call("GET", f"mailing/test/{test_id}/").json["text"] is None
