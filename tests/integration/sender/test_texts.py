"""Texts of messages: those that cannot be sent fail without a call, those that were sent are stored as they were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from notifications.messages import client_history
from provider_simulator import Simulator
from sender.providers.base import OutcomeUnknown, OutgoingMessage, ProviderError, Rejected, Repeated, Throttled
from tests.support.sender.scenario import SenderScenario, client_of


@pytest.mark.parametrize(
    ("template", "value", "code"),
    [
        ("{x|}", "", "text_blank"),
        ("{x|}", "\u200b", "text_blank"),
        ("{x} {x}", "я" * 400, "text_segments"),
        ("{x}" * 5, "a" * 1_000, "text_length"),
        ("{x}", " ", "missing_value"),
    ],
)
def test_a_message_that_cannot_be_sent_fails_without_a_call(
    scenario: SenderScenario, served: Simulator, template: str, value: str, code: str
) -> None:
    scenario.fill(1)
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET text = :text"), {"text": template})
        connection.execute(text("UPDATE client SET attributes = jsonb_build_object('x', :x ::text)"), {"x": value})
    scenario.send(client_of(served.url))
    row = scenario.row()
    assert (row.status, row.last_error_code, row.attempts, scenario.attempts()) == ("failed", code, 0, [])
    assert served.provider.ledger.max_in_flight == 0
    assert scenario.statuses() == {"failed": 1}


PHONE = "79260000001"


@dataclass
class RecordingProvider:
    """Provider that records the texts of calls.

    Attributes:
        answers: errors of the calls in their order, None for an accepted call. Later calls are accepted.
    """

    answers: list[ProviderError | None] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    name: str = "recording"

    async def send(self, message: OutgoingMessage) -> None:
        self.texts.append(message.text)
        if error := self.answers.pop(0) if self.answers else None:
            raise error


def write(scenario: SenderScenario, template: str, name: str) -> None:
    """Change the mailing's text and the client's attribute."""
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET text = :text"), {"text": template})
        connection.execute(
            text("UPDATE client SET attributes = jsonb_build_object('name', :name ::text)"), {"name": name}
        )


def texts_as_sent(scenario: SenderScenario) -> Sequence[str | None]:
    with scenario.engine.connect() as connection:
        return [each.text for each in client_history.page(connection, PHONE, after=None, limit=9)]


def test_the_text_as_sent_stays_when_the_mailing_and_the_client_change(scenario: SenderScenario) -> None:
    scenario.fill(1)
    write(scenario, "Hello {name}", "Ann {x}")
    assert texts_as_sent(scenario) == [None]
    scenario.send(RecordingProvider())
    write(scenario, "Goodbye {name}", "Bo")
    assert texts_as_sent(scenario) == ["Hello Ann {x}"]


def test_the_text_of_a_test_send_is_as_sent(scenario: SenderScenario) -> None:
    scenario.fill(1)
    with scenario.engine.begin() as connection:
        connection.execute(text("DELETE FROM message"))
        connection.execute(text("UPDATE client SET phone = '79030000000'"))
    scenario.fill_direct(text="A {test}")
    scenario.send(RecordingProvider())
    with scenario.engine.connect() as connection:
        found = client_history.page(connection, "79030000000", after=None, limit=9)
        assert [each.text for each in found] == ["A {test}"]
        assert connection.execute(text("SELECT count(*) FROM sent_text")).scalar_one() == 0


@pytest.mark.parametrize("error", [Rejected, Throttled, Repeated])
def test_a_text_that_was_certainly_not_accepted_is_not_stored(
    scenario: SenderScenario, error: Callable[[str], ProviderError]
) -> None:
    scenario.fill(1)
    scenario.send(RecordingProvider([error("no")]))
    assert texts_as_sent(scenario) == [None]


def test_a_message_in_doubt_is_sent_again_with_the_same_text(scenario: SenderScenario) -> None:
    scenario.fill(1)
    write(scenario, "Hello {name}", "{Ann}")
    timeout = OutcomeUnknown("no answer", timed_out=True)
    scenario.send(RecordingProvider([timeout]))
    assert texts_as_sent(scenario) == ["Hello {Ann}"]
    write(scenario, "Goodbye {name}", "Bo")
    scenario.requeue()
    provider = RecordingProvider([Repeated("known")])
    scenario.send(provider)
    assert (provider.texts, scenario.row().status) == (["Hello {Ann}"], "sent")
    assert texts_as_sent(scenario) == ["Hello {Ann}"]


def test_a_text_that_a_dead_sender_may_have_sent_is_not_known(scenario: SenderScenario) -> None:
    scenario.fill(1)
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE message SET in_doubt = true, claim = 1, attempts = 1"))
    scenario.send(RecordingProvider([Repeated("known")]))
    assert (scenario.row().status, texts_as_sent(scenario)) == ("sent", [None])
