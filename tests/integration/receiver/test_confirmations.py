"""Confirmations of opt-outs by reply: one an opt-out, sent in spite of it, and never to an erased person."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from notifications import message_state
from notifications.clients.erasure.erasing import erase
from notifications.clients.opt_outs import repository as opt_outs
from notifications.contracts.enumerations import OptOutScope
from notifications.contracts.observability import metrics
from notifications.messages.callbacks import confirmations, replies
from notifications.messages.callbacks.reply import Reply
from sender.providers.base import ProviderError, Unavailable
from tests.support.functions.api import ERASURE_KEY
from tests.support.functions.replies import reply_rules
from tests.support.mailings.opting_out import opt_out
from tests.support.mailings.planned import AUTHOR
from tests.support.sender.scenario import SenderScenario

PHONE = "79261234567"
TEXT = "You will get no more messages."
DIRECT = "SELECT kind, phone, text FROM direct_message ORDER BY message_id"


class Provider:
    """Provider that records its calls.

    Args:
        errors: errors of the first calls; None for an accepted one.
        meanwhile: runs during the first call.
    """

    name = "recording"

    def __init__(self, *errors: ProviderError | None, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.calls: list[tuple[str, str]] = []
        self._errors, self._meanwhile = list(errors), meanwhile

    async def send(self, message_id: int, phone: str, text: str) -> None:  # noqa: ARG002
        self.calls.append((phone, text))
        if len(self.calls) == 1:
            self._meanwhile()
        if self._errors and (error := self._errors.pop(0)):
            raise error


@pytest.fixture
def scenario(engine: Engine) -> Any:
    yield SenderScenario(engine)
    metrics.clear_metrics()


def answer(scenario: SenderScenario, words: str, *, call: str | None = None, confirmation: str = TEXT) -> None:
    """Receive a reply of the scenario's time."""
    receive(scenario.engine, scenario, words, call or f"{words}-{scenario.now}", confirmation)


def receive(engine: Engine, scenario: SenderScenario, words: str, call: str, confirmation: str = TEXT) -> None:
    given = Reply(provider="http", webhook_id=call, position=0, phone=PHONE, text=words, at=scenario.now)
    replies.receive(engine, [given], replace(reply_rules(), confirmation=confirmation), now=scenario.now)


def send(scenario: SenderScenario, provider: Provider) -> None:
    """Put what waits onto the queue, and deliver it."""
    scenario.requeue()
    scenario.send(provider, [row.id for row in scenario.rows() if row.status == "queued"])


def rows(scenario: SenderScenario, query: str = DIRECT) -> list[Any]:
    with scenario.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def erase_person(scenario: SenderScenario) -> None:
    times = {"now": scenario.now, "at": scenario.now}
    with scenario.engine.begin() as connection:
        erase(connection, PHONE, key=ERASURE_KEY, author=AUTHOR, reason="asked", **times)


def test_an_opt_out_by_reply_is_confirmed_in_spite_of_it(scenario: SenderScenario) -> None:
    answer(scenario, "STOP")
    provider = Provider()
    send(scenario, provider)
    assert provider.calls == [(PHONE, TEXT)]
    assert (scenario.row().status, scenario.row().mailing_id) == ("sent", None)


def test_other_messages_outside_mailings_stay_suppressed(scenario: SenderScenario) -> None:
    scenario.fill_direct()
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE direct_message SET phone = :phone, category = 'service'"), {"phone": PHONE})
    answer(scenario, "STOP")
    provider = Provider()
    send(scenario, provider)
    assert provider.calls == [(PHONE, TEXT)]
    assert [row.status for row in scenario.rows()] == ["suppressed", "sent"]


def test_nothing_is_confirmed_without_a_text(scenario: SenderScenario) -> None:
    answer(scenario, "STOP", confirmation="")
    assert rows(scenario) == []


@pytest.mark.parametrize("words", ["START", "hello"])
def test_other_replies_are_not_confirmed(scenario: SenderScenario, words: str) -> None:
    answer(scenario, words)
    assert rows(scenario) == []


def test_each_opt_out_is_confirmed_once_in_spite_of_repeats(scenario: SenderScenario) -> None:
    for words in ("STOP", "STOP", "START", "STOP"):
        answer(scenario, words, call=f"{words}-{scenario.now}")
        answer(scenario, words, call=f"{words}-{scenario.now}")
        scenario.now += timedelta(minutes=1)
    assert rows(scenario, "SELECT text, effect FROM reply ORDER BY at") == [
        ("STOP", "opt_out"),
        ("STOP", "nothing"),
        ("START", "lifted"),
        ("STOP", "opt_out"),
    ]
    assert rows(scenario) == [("confirmation", PHONE, TEXT)] * 2


@pytest.mark.parametrize(("scope", "number"), [(OptOutScope.ALL, 0), (OptOutScope.MARKETING, 1)])
def test_only_a_reply_that_changes_the_opt_out_is_confirmed(
    scenario: SenderScenario, scope: OptOutScope, number: int
) -> None:
    opt_out(scenario.engine, [PHONE], scope=scope, now=scenario.now - timedelta(minutes=1))
    answer(scenario, "STOP")
    assert len(rows(scenario)) == number


def test_receivers_at_once_confirm_an_opt_out_once(scenario: SenderScenario) -> None:
    barrier = Barrier(4)

    def receiving(number: int) -> None:
        own = create_engine(scenario.engine.url)
        barrier.wait()
        # Two of them have the same call.
        receive(own, scenario, "STOP", f"call-{number // 2}")
        own.dispose()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(receiving, range(4)))
    assert rows(scenario) == [("confirmation", PHONE, TEXT)]


def test_the_key_allows_one_confirmation_a_reply(scenario: SenderScenario) -> None:
    answer(scenario, "STOP")
    with scenario.engine.begin() as connection:
        ids = connection.execute(text("SELECT id FROM reply")).scalars().all()
        confirmations.create(connection, ids, text="again", now=scenario.now)
    assert rows(scenario) == [("confirmation", PHONE, TEXT)]
    assert len(scenario.rows()) == 1


def test_a_later_opt_out_does_not_suppress_a_confirmation_that_waits(scenario: SenderScenario) -> None:
    answer(scenario, "STOP")
    opt_out(scenario.engine, [PHONE], now=scenario.now)
    with scenario.engine.begin() as connection:
        assert message_state.suppress(connection, [PHONE], now=scenario.now) == 0
    assert scenario.row().status == "pending"


def test_a_repeated_call_looks_at_no_opt_out(scenario: SenderScenario) -> None:
    answer(scenario, "STOP")
    provider = Provider(Unavailable("HTTP 503"))
    send(scenario, provider)
    assert provider.calls == [(PHONE, TEXT)] * 2
    assert scenario.row().status == "sent"


def test_a_person_who_is_erased_gets_no_further_call(scenario: SenderScenario) -> None:
    answer(scenario, "STOP")
    provider = Provider(Unavailable("HTTP 503"), meanwhile=lambda: erase_person(scenario))
    send(scenario, provider)
    assert provider.calls == [(PHONE, TEXT)]
    assert scenario.row().status == "unknown"


@pytest.mark.parametrize("status", ["pending", "queued"])
def test_a_person_who_is_erased_before_gets_no_call(scenario: SenderScenario, status: str) -> None:
    answer(scenario, "STOP")
    if status == "queued":
        scenario.requeue()
    erase_person(scenario)
    provider = Provider()
    scenario.send(provider, [row.id for row in scenario.rows()])
    assert provider.calls == []
    assert scenario.row().status == "suppressed"
    assert rows(scenario) == [("confirmation", None, None)]


def test_an_erased_person_who_answers_gets_no_confirmation(scenario: SenderScenario) -> None:
    answer(scenario, "hello")
    erase_person(scenario)
    answer(scenario, "STOP")
    assert rows(scenario) == []
    with scenario.engine.connect() as connection:
        assert opt_outs.find(connection, PHONE) is None


def test_a_confirmation_expires_when_it_would_come_late(scenario: SenderScenario) -> None:
    answer(scenario, "STOP")
    scenario.requeue()
    scenario.now += confirmations.LIFETIME
    provider = Provider()
    scenario.send(provider, [row.id for row in scenario.rows()])
    assert (scenario.row().status, provider.calls) == ("expired", [])
