"""Opt-outs while a batch is under way, those that the provider reports, and consent."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from notifications.clients.opt_outs import repository as opt_outs
from notifications.clients.opt_outs.opt_out import OptOut
from notifications.contracts.enumerations import OptOutScope, OptOutSource, ProviderKind
from notifications.messages import test_sends as sends
from notifications.providers.catalog import ProviderSpec
from notifications.statistics import reconciliation
from sender.delivery import Sender
from sender.providers.base import OutcomeUnknown, OutgoingMessage, Provider, ProviderError, Unavailable
from sender.providers.sns import SnsProvider
from tests.support.mailings.simulation import no_sleep
from tests.support.sender.scenario import SenderScenario

# The scenario's first client.
PHONE = "79260000001"


class Answering:
    """A provider that answers every call with an error, or accepts it.

    Args:
        during: what happens while the first call is under way.
    """

    name = "http"

    def __init__(self, error: ProviderError | None = None, during: Callable[[], None] = lambda: None) -> None:
        self.calls: list[int] = []
        self._error = error
        self._during = during

    async def send(self, message: OutgoingMessage) -> None:
        self.calls.append(message.id)
        if len(self.calls) == 1:
            self._during()
        if self._error:
            raise self._error


class OptedOutAtSns:
    """SNS's client for a phone that has opted out there."""

    def publish(self, **request: Any) -> Any:  # noqa: ARG002
        answer: Any = {
            "Error": {"Code": "OptedOut", "Message": "phone is opted out"},
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }
        raise ClientError(answer, "Publish")


def opt_out(scenario: SenderScenario, phone: str = PHONE) -> None:
    """Record an opt-out of marketing and commit."""
    found = OptOut(phone=phone, scope=OptOutScope.MARKETING, source=OptOutSource.OPERATOR, reason=None, at=scenario.now)
    with scenario.engine.begin() as connection:
        opt_outs.record(connection, [found])


def deliver(scenario: SenderScenario, provider: Provider, ids: Sequence[int] | None = None, **options: Any) -> None:
    sender = Sender(
        erasure_key=bytes,
        engine=scenario.engine,
        provider=provider,
        clock=lambda: scenario.now,
        quick_pause=timedelta(milliseconds=1),
        **{"sleep": no_sleep, **options},
    )
    asyncio.run(sender.deliver(scenario.ids if ids is None else ids))


def assert_ended(scenario: SenderScenario, *expected: tuple[str, str | None, int]) -> None:
    """Assert status, code of the reason and used attempts of each message, and that the counts equal the rows."""
    assert [(row.status, row.last_error_code, row.attempts) for row in scenario.rows()] == list(expected)
    with scenario.engine.connect() as connection:
        assert reconciliation.reconcile(connection, [1]).differences == []


@pytest.mark.parametrize("max_rate", [None, 100])
def test_a_call_is_not_repeated_after_an_opt_out(scenario: SenderScenario, max_rate: int | None) -> None:
    provider = Answering(Unavailable("HTTP 503"), during=lambda: opt_out(scenario))
    deliver(scenario, provider, scenario.fill(max_rate=max_rate))
    assert len(provider.calls) == 1
    assert_ended(scenario, ("suppressed", "opted_out", 1))


def test_a_message_in_doubt_is_not_called_again_either(scenario: SenderScenario) -> None:
    provider = Answering(OutcomeUnknown("HTTP 500"), during=lambda: opt_out(scenario))
    deliver(scenario, provider, scenario.fill())
    assert len(provider.calls) == 1
    assert_ended(scenario, ("unknown", "held", 1))


def test_a_first_call_that_waits_for_its_time_looks_again(scenario: SenderScenario) -> None:
    async def sleep(_: float) -> None:
        opt_out(scenario, "79260000002")

    provider = Answering()
    first, _ = scenario.fill(2, max_rate=1)
    deliver(scenario, provider, sleep=sleep)
    assert provider.calls == [first]
    assert_ended(scenario, ("sent", None, 1), ("suppressed", "opted_out", 0))


def test_an_opt_out_at_the_provider_is_recorded_and_ends_what_waits(scenario: SenderScenario) -> None:
    called = scenario.fill()
    with scenario.engine.begin() as connection:
        waiting = sends.create(connection, phone=PHONE, text="Hello", now=scenario.now).id
    deliver(
        scenario, SnsProvider(OptedOutAtSns(), ProviderSpec(name="sns", kind=ProviderKind.SNS), connections=1), called
    )
    assert [row.id for row in scenario.rows()] == [*called, waiting]
    assert_ended(scenario, ("suppressed", "opted_out", 1), ("suppressed", "opted_out", 0))
    with scenario.engine.connect() as connection:
        found = opt_outs.find(connection, PHONE)
    assert found is not None
    assert (found.scope, found.source, found.reason) == (
        OptOutScope.ALL,
        OptOutSource.PROVIDER,
        "OptedOut: phone is opted out",
    )


def test_marketing_needs_consent_where_the_stack_requires_it(scenario: SenderScenario) -> None:
    provider = Answering()
    deliver(scenario, provider, scenario.fill(), requires_consent=True)
    assert provider.calls == []
    assert_ended(scenario, ("suppressed", "no_consent", 0))


def test_a_test_of_a_text_needs_no_consent(scenario: SenderScenario) -> None:
    provider = Answering()
    deliver(scenario, provider, scenario.fill_direct(), requires_consent=True)
    assert provider.calls == scenario.ids
