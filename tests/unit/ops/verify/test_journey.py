"""Steps of a message's way through a stack, against a REST API in memory."""

from contextlib import ExitStack

import pytest

from ops.verify import clients, mailing
from ops.verify.results import Failed
from tests.unit.ops.verify.fake_api import FakeApi

PHONES = clients.phones_from(clients.FIRST_PHONE)


def test_ten_phones_follow_each_other() -> None:
    assert (PHONES[0], PHONES[-1], len(PHONES)) == ("79450000000", "79450000009", 10)


@pytest.mark.parametrize("tags", [["vip"], [], ["verify-1a2b3c4d", "vip"]])
def test_a_client_of_the_operator_is_not_touched(tags: list[str]) -> None:
    api = FakeApi({"phone": PHONES[3], "tags": tags})
    with pytest.raises(Failed, match=PHONES[3]):
        clients.require_free(api.connected(), PHONES)


def test_a_client_that_an_interrupted_run_has_left_is_taken_over() -> None:
    api = FakeApi({"phone": PHONES[3], "tags": ["verify-1a2b3c4d"]})
    clients.require_free(api.connected(), PHONES)


def test_everything_that_was_made_is_deleted() -> None:
    api = FakeApi()
    with ExitStack() as made:
        tag = clients.import_clients(api.connected(), PHONES, made)
        mailing_id = mailing.create(api.connected(), tag, made)
        stats = mailing.await_end(api.connected(), mailing_id, len(PHONES))
        mailing.require_accepted_once(api.connected(), mailing_id, PHONES, simulator_url="")
        assert stats["sent"] == len(api.clients) == 10
        assert api.mailings
    assert not api.clients
    assert not api.mailings


def test_another_mailing_is_not_deleted() -> None:
    api = FakeApi()
    with ExitStack() as made:
        mailing.create(api.connected(), "verify-1a2b3c4d", made)
        api.mailings[8] = api.mailings[7] | {"id": 8, "text": "Hello"}
    assert list(api.mailings) == [8]


def test_messages_that_failed_are_told_with_the_first_error() -> None:
    api = FakeApi()
    api.outcome = "failed"
    with ExitStack() as made:
        mailing_id = mailing.create(api.connected(), clients.import_clients(api.connected(), PHONES, made), made)
        with pytest.raises(Failed, match=r"0 of 10 messages were sent.*'failed': 10.*provider answered 400"):
            mailing.await_end(api.connected(), mailing_id, len(PHONES))


@pytest.mark.parametrize("outcomes", [["sent", "sent"], ["pending"], []])
def test_a_message_accepted_another_number_of_times_than_once_is_found(outcomes: list[str]) -> None:
    api = FakeApi()
    api.attempts = [{"outcome": outcome} for outcome in outcomes]
    with ExitStack() as made:
        mailing_id = mailing.create(api.connected(), clients.import_clients(api.connected(), PHONES, made), made)
        with pytest.raises(Failed, match=f"{outcomes.count('sent')} of its attempts were accepted"):
            mailing.require_accepted_once(api.connected(), mailing_id, PHONES, simulator_url="")
