"""Direct messages, such as test sends, in the sender: the same claim, retry and outcome as in mailings."""

from datetime import timedelta

from notifications.contracts.enumerations import OnUnknown
from notifications.database.tables import FIRST_DIRECT_ID
from notifications.messages.test_sends import LIFETIME
from provider_simulator import Provider as SimulatedProvider
from provider_simulator.behaviour import Behaviour
from tests.support.sender.scenario import SenderScenario, client_of, faulty

LATENCY = timedelta(milliseconds=300)


def test_ten_direct_messages_are_sent_concurrently(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    simulated.behaviour = Behaviour(latency_ms=LATENCY / timedelta(milliseconds=1))
    scenario.fill_direct(10)
    scenario.send(client_of(url))
    assert {row.status for row in scenario.rows()} == {"sent"}
    assert simulated.ledger.max_in_flight == 10


def test_messages_not_begun_in_time_are_released_unchanged(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill_direct(10)
    scenario.send(client_of(url), within=timedelta(seconds=5))
    assert {(row.status, row.attempts, row.due_at) for row in scenario.rows()} == {("pending", 0, scenario.now)}
    assert simulated.ledger.requests == 0


def test_direct_messages_and_those_of_mailings_are_claimed_together(scenario: SenderScenario, url: str) -> None:
    of_mailing, direct = scenario.fill(3), scenario.fill_direct(3)
    scenario.send(client_of(url), [*direct, *of_mailing])
    assert [(row.id, row.status) for row in scenario.rows()] == [(each, "sent") for each in (*of_mailing, *direct)]
    assert [(each.message_id, each.outcome) for each in scenario.attempts()] == [
        (each, "sent") for each in (*of_mailing, *direct)
    ]


def test_a_direct_message_has_its_final_text(scenario: SenderScenario, url: str, simulated: SimulatedProvider) -> None:
    scenario.fill_direct(text="Hello {name}, {{you}}")
    scenario.send(client_of(url))
    (call,) = simulated.ledger.calls_from(0)
    assert (call.id, call.text) == (FIRST_DIRECT_ID, "Hello {name}, {{you}}")


def test_a_direct_message_is_retried_until_its_end(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill_direct()
    begun = scenario.now
    simulated.behaviour = faulty("http_503")
    scenario.send(client_of(url))
    assert (scenario.row().status, scenario.row().attempts) == ("pending", 1)
    assert begun < scenario.row().due_at < scenario.row().closes_at == begun + LIFETIME
    while scenario.row().status == "pending":
        scenario.requeue()
        scenario.send(client_of(url))
    row = scenario.row()
    assert (row.status, row.last_error_code) == ("expired", "provider_unavailable")
    # The last one shortly before the end.
    assert row.attempts in {5, 6}
    assert scenario.now >= row.closes_at - timedelta(minutes=2)
    assert scenario.now < begun + LIFETIME


def test_a_claim_after_the_end_expires_a_direct_message(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill_direct()
    scenario.now += LIFETIME
    scenario.send(client_of(url))
    assert (scenario.row().status, scenario.row().last_error_code) == ("expired", "not_sent_in_time")
    assert simulated.ledger.requests == 0


def test_a_direct_message_with_hold_is_not_sent_again(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill_direct(on_unknown=OnUnknown.HOLD)
    simulated.behaviour = faulty("accept_then_drop")
    scenario.send(client_of(url))
    row = scenario.row()
    assert (row.status, row.in_doubt, row.last_error_code) == ("unknown", True, "held")
    assert simulated.ledger.requests == 1
