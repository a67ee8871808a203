"""The provider's address: what reaches a real server, and what becomes of messages if the address cannot be used."""

import pytest
from sqlalchemy import text

from notifications.contracts.enumerations import BreakerState, ProviderKind
from notifications.providers import health
from notifications.providers.address import BadAddress
from notifications.providers.catalog import Catalog
from notifications.providers.circuit_breaker import CallResults
from sender.settings import SenderSettings
from tests.support.providers.calls import throttled
from tests.support.sender.raw_server import raw_server
from tests.support.sender.scenario import SenderScenario, built, client_of
from tests.support.sender.wild_provider import http


@pytest.mark.parametrize(
    ("url", "part"),
    [("", "not set"), ("https://user:secret@host", "user:password@"), ("https://host:0", "port")],
)
def test_messages_are_kept_while_the_address_cannot_be_used(scenario: SenderScenario, url: str, part: str) -> None:
    scenario.fill()
    scenario.send(built(SenderSettings(provider_url=url)))
    assert scenario.statuses() == {"pending": 1}
    breaker, _ = scenario.state()
    assert breaker.state == BreakerState.OPEN
    assert part in str(breaker.reason)
    assert "secret" not in str(breaker.reason)
    (spec,) = Catalog.of_one(ProviderKind.HTTP, url).specs
    with scenario.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM provider")).scalar_one() == spec.name


def test_another_url_starts_with_a_breaker_of_its_own(scenario: SenderScenario) -> None:
    scenario.fill(2)
    scenario.send(built(SenderSettings(provider_url="https://host:0")), scenario.ids[:1])
    assert scenario.state()[0].state == BreakerState.OPEN
    with raw_server() as server:
        server.answer = http(200, b'{"code": 0}')
        other = client_of(f"{server.url}/gateway?version=2")
        scenario.send(other, scenario.ids[1:])
        (request,) = server.requests
    assert request.startswith(f"POST /gateway/v1/send/{scenario.ids[1]}?version=2 HTTP/1.1\r\n".encode())
    assert scenario.statuses() == {"pending": 1, "sent": 1}
    assert scenario.state(other.name)[0].state == BreakerState.CLOSED


def test_results_of_one_provider_leave_the_state_of_another_one(scenario: SenderScenario) -> None:
    scenario.fill()
    provider = built(SenderSettings(provider_url="https://host:0"))
    scenario.send(provider)
    opened = scenario.state()
    with scenario.engine.begin() as connection:
        health.record_results(
            connection, "another", CallResults(unauthorized=True), throttled(scenario.now), now=scenario.now
        )
    assert scenario.state(provider.name) == opened


@pytest.mark.parametrize("url", ["https://user:secret@127.0.0.1", "http://user:secret@[::1]:8025/x"])
def test_credentials_in_the_url_are_refused_by_name_and_never_sent(url: str) -> None:
    with pytest.raises(BadAddress, match="user:password@") as refused:
        client_of(url)
    assert "secret" not in str(refused.value)
