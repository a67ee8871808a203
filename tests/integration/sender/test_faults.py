"""Faults of real providers, over real sockets."""

import resource
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from provider_simulator import Provider as SimulatedProvider
from provider_simulator.behaviour import FaultKind
from sender.retry_policy import THROTTLED_PAUSE
from tests.support.database.reasons import codes
from tests.support.sender.scenario import TOKEN, SenderScenario, client_of, faulty

DEADLINE = 0.5
UNCLEAR: list[FaultKind] = ["http_500", "http_502", "http_504", "html", "empty", "broken_json", "half_close", "huge"]


@pytest.fixture
def refusing_url() -> Iterator[str]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def deliver_one(scenario: SenderScenario, url: str, on_unknown: str = "resend") -> float:
    scenario.fill(on_unknown=on_unknown)
    started = time.monotonic()
    scenario.send(client_of(url, deadline=DEADLINE))
    lasted = time.monotonic() - started
    codes(scenario.engine)
    return lasted


def test_an_accepted_message_is_sent(scenario: SenderScenario, url: str, simulated: SimulatedProvider) -> None:
    deliver_one(scenario, url)
    assert scenario.statuses() == {"sent": 1}
    (call,) = simulated.ledger.calls_from(0)
    assert (call.id, call.phone, call.text) == (scenario.ids[0], 79260000001, "Hello")


@pytest.mark.parametrize("kind", ["http_500", "http_502", "http_503", "http_504"])
def test_a_server_error_is_changed_at_once_and_then_deferred(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, kind: FaultKind
) -> None:
    simulated.behaviour = faulty(kind)
    deliver_one(scenario, url)
    row = scenario.row()
    is_certain = kind == "http_503"
    assert (row.status, row.attempts, row.in_doubt) == ("pending", 1, not is_certain)
    assert row.last_error.startswith(f"HTTP {kind[-3:]}: ")
    code = "provider_unavailable" if is_certain else "provider_unknown_outcome"
    assert (row.last_error_code, row.last_error_params) == (code, None)
    assert timedelta(seconds=15) <= row.due_at - scenario.now <= timedelta(seconds=30)
    assert simulated.ledger.requests == 3
    assert scenario.attempts()[0].calls == 3


def test_a_short_failure_is_retried_within_the_invocation(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    simulated.behaviour = faulty("http_503", until_requests=2)
    deliver_one(scenario, url)
    assert scenario.statuses() == {"sent": 1}
    assert scenario.row().attempts == 1
    assert (scenario.row().last_error, scenario.row().last_error_code) == (None, None)


@pytest.mark.parametrize("kind", ["html", "empty", "broken_json", "wrong_code", "huge", "redirect"])
def test_a_false_200_is_no_success(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, kind: FaultKind
) -> None:
    simulated.behaviour = faulty(kind)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert deliver_one(scenario, url) < 2
    row = scenario.row()
    is_certain = kind in {"wrong_code", "redirect"}
    assert (row.status, row.attempts, row.in_doubt) == ("pending", 1, not is_certain)
    assert len(row.last_error) <= 200
    assert simulated.ledger.leaked == 0
    # The body of 100 MB is neither read nor stored on either side of the socket.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


def test_the_target_of_a_redirect_never_sees_the_token(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    simulated.behaviour = faulty("redirect")
    deliver_one(scenario, url)
    assert simulated.ledger.by_behaviour == {"redirect": 3}
    assert simulated.ledger.leaked == 0
    assert scenario.row().last_error.startswith("HTTP 302")


@pytest.mark.parametrize("kind", ["throttle", "throttle_seconds", "throttle_date"])
def test_retry_after_is_obeyed(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, kind: FaultKind
) -> None:
    simulated.behaviour = faulty(kind, retry_after_seconds=120)
    deliver_one(scenario, url)
    row = scenario.row()
    assert (row.status, row.attempts, row.last_error_code) == ("pending", 1, "provider_throttled")
    assert row.due_at - scenario.now >= (THROTTLED_PAUSE / 2 if kind == "throttle" else timedelta(seconds=118))
    assert simulated.ledger.requests == 1


def test_a_bad_request_is_final_and_keeps_the_answer(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    simulated.behaviour = faulty("bad_request")
    deliver_one(scenario, url)
    assert scenario.statuses() == {"failed": 1}
    assert scenario.row().last_error == 'HTTP 400: {"code": 400, "message": "Bad Request"}'
    assert scenario.row().last_error_code == "provider_rejected"
    assert simulated.ledger.requests == 1


@pytest.mark.parametrize("kind", ["unauthorized", "forbidden"])
def test_a_refused_token_halts_sending_without_using_an_attempt(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, kind: FaultKind
) -> None:
    simulated.behaviour = faulty(kind)
    deliver_one(scenario, url)
    row = scenario.row()
    assert (row.status, row.attempts) == ("pending", 0)
    assert scenario.state()[0].state == "open"
    assert scenario.attempts()[0].error.startswith("HTTP 40")
    assert scenario.attempts()[0].error_code == scenario.state()[0].reason_code == "provider_unauthorized"


def test_a_refused_connection_defers_the_message(scenario: SenderScenario, refusing_url: str) -> None:
    deliver_one(scenario, refusing_url)
    row = scenario.row()
    assert (row.status, row.attempts, row.in_doubt) == ("pending", 1, False)
    assert row.last_error.startswith("no connection to the provider: ConnectionRefusedError")
    assert row.last_error_code == "provider_unreachable"
    assert scenario.attempts()[0].calls == 3


def test_an_unresolved_host_defers_the_message(scenario: SenderScenario) -> None:
    scenario.fill()
    scenario.send(client_of("http://provider.invalid"))
    row = scenario.row()
    assert (row.status, row.attempts, row.in_doubt) == ("pending", 1, False)
    assert row.last_error.startswith("no connection to the provider: ")


@pytest.mark.parametrize(("kind", "calls"), [("hang", 1), ("drip", 1)])
def test_an_endless_answer_ends_at_the_deadline(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, kind: FaultKind, calls: int
) -> None:
    simulated.behaviour = faulty(kind)
    # The machine of a pipeline may be busy.
    assert DEADLINE <= deliver_one(scenario, url) < DEADLINE + 3
    row = scenario.row()
    assert (row.status, row.attempts, row.in_doubt) == ("pending", 1, True)
    assert row.last_error == "the provider did not answer within 0.5 s"
    assert (row.last_error_code, row.last_error_params) == ("provider_timeout", {"seconds": 0.5})
    assert scenario.attempts()[0].calls == calls


@pytest.mark.parametrize("kind", ["refuse", "accept_then_drop", "half_close"])
def test_after_a_broken_connection_the_message_is_resent_under_its_id(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, kind: FaultKind
) -> None:
    simulated.behaviour = faulty(kind, until_requests=1, reject_repeats=True)
    deliver_one(scenario, url)
    assert scenario.statuses() == {"sent": 1}
    assert [call.id for call in simulated.ledger.calls_from(0)] == scenario.ids
    assert simulated.ledger.requests == 2


@pytest.mark.parametrize("kind", ["hang", "drip", "refuse", "accept_then_drop", "half_close"])
def test_an_unknown_outcome_is_held_if_the_mailing_says_so(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, kind: FaultKind
) -> None:
    simulated.behaviour = faulty(kind)
    deliver_one(scenario, url, on_unknown="hold")
    assert scenario.statuses() == {"unknown": 1}
    row = scenario.row()
    assert row.last_error.endswith("the provider may have accepted the message")
    assert row.last_error_code == "held"
    code = "provider_timeout" if kind in {"hang", "drip"} else "connection_broken"
    assert row.last_error_params["reason"]["code"] == code
    assert row.last_error_params["reason"]["text"] in row.last_error
    assert simulated.ledger.requests == 1


def test_a_repeat_rejected_as_duplicate_counts_as_sent(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    simulated.behaviour = faulty("accept_then_drop", until_requests=3)
    deliver_one(scenario, url)
    assert scenario.row().in_doubt
    simulated.behaviour = faulty(reject_repeats=True)
    scenario.requeue()
    scenario.send(client_of(url))
    assert scenario.statuses() == {"sent": 1}
    assert simulated.ledger.rejected == 1


@pytest.mark.parametrize("kind", UNCLEAR)
def test_an_accepted_message_with_an_unclear_answer_is_called_once_if_it_is_held(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, kind: FaultKind
) -> None:
    simulated.behaviour = faulty(kind, faults_accept=True)
    deliver_one(scenario, url, on_unknown="hold")
    row = scenario.row()
    assert (row.status, row.in_doubt, row.last_error_code) == ("unknown", True, "held")
    assert simulated.ledger.stats()["requests"] == simulated.ledger.stats()["accepted"] == 1


@pytest.mark.parametrize("kind", UNCLEAR)
def test_an_accepted_message_with_an_unclear_answer_is_sent_by_its_repeat(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, kind: FaultKind
) -> None:
    simulated.behaviour = faulty(kind, faults_accept=True, reject_repeats=True)
    deliver_one(scenario, url)
    assert (scenario.row().status, scenario.row().in_doubt) == ("sent", False)
    assert (simulated.ledger.requests, simulated.ledger.rejected) == (2, 1)
    assert simulated.ledger.stats()["accepted"] == 1


def test_a_repeat_hours_after_an_unclear_answer_is_sent(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    simulated.behaviour = faulty("http_504", faults_accept=True)
    deliver_one(scenario, url)
    simulated.behaviour = faulty("http_503")
    for _ in range(3):
        scenario.requeue()
        scenario.send(client_of(url))
    simulated.behaviour = faulty(reject_repeats=True)
    scenario.now += timedelta(hours=3)
    scenario.requeue()
    scenario.send(client_of(url))
    assert scenario.statuses() == {"sent": 1}


def test_a_conflict_at_the_first_call_is_no_success(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    simulated.behaviour = faulty(reject_repeats=True)
    scenario.fill()
    simulated.ledger.accept(scenario.ids[0], 79260000001, "from another installation", arrived=0)
    scenario.send(client_of(url))
    assert scenario.statuses() == {"failed": 1}
    assert scenario.row().last_error.startswith("HTTP 409")
    assert scenario.row().last_error_code == "provider_repeated"


def test_no_error_contains_a_secret(scenario: SenderScenario, url: str, caplog: pytest.LogCaptureFixture) -> None:
    token = f"{TOKEN}\n\x00"
    scenario.fill()
    scenario.send(client_of(url, token=lambda *, refresh=False: token))  # noqa: ARG005
    assert TOKEN not in scenario.row().last_error
    assert TOKEN not in caplog.text
