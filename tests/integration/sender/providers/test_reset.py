"""Reset of a provider by an admin, as the provider sees it: it is called at once."""

from datetime import timedelta
from typing import Any

import pytest

from notifications.contracts.enumerations import BreakerState
from provider_simulator import Provider as SimulatedProvider
from provider_simulator.behaviour import FaultKind
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway
from tests.support.sender.scenario import SenderScenario, client_of, fault, faulty


def admin_of(scenario: SenderScenario, url: str) -> Gateway:
    return api_over(scenario.engine, now=lambda: scenario.now, provider_url=url)


def health_of(scenario: SenderScenario, url: str) -> dict[str, Any]:
    (only,) = admin_of(scenario, url)("GET", "provider/").json["items"]
    return dict(only)


def reset(scenario: SenderScenario, url: str) -> None:
    call = admin_of(scenario, url)
    assert call("POST", f"provider/{health_of(scenario, url)['name']}/reset/").status == 200


@pytest.mark.parametrize("kind", ["http_503", "unauthorized"])
def test_the_next_batch_is_called_after_a_reset_of_an_open_breaker(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, kind: FaultKind
) -> None:
    scenario.fill(20)
    with fault(simulated, faulty(kind)):
        scenario.send(client_of(url), scenario.ids[:10])
    assert health_of(scenario, url)["breaker"] == BreakerState.OPEN
    called = simulated.ledger.requests
    scenario.send(client_of(url), scenario.ids[10:])
    assert simulated.ledger.requests == called
    waiting = scenario.rows()[10:]
    assert all(row.due_at > scenario.now for row in waiting)

    scenario.now += timedelta(seconds=1)
    reset(scenario, url)
    assert all(row.due_at <= scenario.now for row in scenario.rows()[10:])
    scenario.requeue_due()
    scenario.send(client_of(url), scenario.ids[10:])
    assert simulated.ledger.requests == called + 10
    assert scenario.statuses() == {"sent": 10, "pending": 10}


def test_the_next_batch_is_called_after_a_reset_of_a_pause(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill(20)
    with fault(simulated, faulty("throttle_seconds", retry_after_seconds=120)):
        scenario.send(client_of(url), scenario.ids[:2])
    scenario.send(client_of(url), scenario.ids[2:])
    assert simulated.ledger.requests == 2
    reset(scenario, url)
    scenario.requeue_due()
    scenario.send(client_of(url), scenario.ids[2:])
    assert simulated.ledger.requests == 20


def test_a_provider_that_still_fails_opens_the_breaker_again(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill(20)
    simulated.behaviour = faulty("http_503")
    scenario.send(client_of(url), scenario.ids[:10])
    reset(scenario, url)
    scenario.requeue_due()
    scenario.send(client_of(url), scenario.ids[10:])
    assert scenario.state()[0].state == BreakerState.OPEN
    incidents = health_of(scenario, url)["incidents"]
    assert [each["closed_at"] is None for each in incidents] == [True, False]
