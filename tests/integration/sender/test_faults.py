"""Every row of what is seen of providers in the wild, against real sockets."""

import resource
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from provider_simulator import Provider as StandIn
from provider_simulator.behaviour import Kind
from tests.support.database.reasons import codes
from tests.support.sender.scenario import TOKEN, World, client_of, faulty

DEADLINE = 0.5


@pytest.fixture
def refusing_url() -> Iterator[str]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def deliver_one(world: World, url: str, on_unknown: str = "resend") -> float:
    world.fill(on_unknown=on_unknown)
    started = time.monotonic()
    world.send(client_of(url, deadline=DEADLINE))
    lasted = time.monotonic() - started
    codes(world.engine)
    return lasted


def test_a_success(world: World, url: str, stand_in: StandIn) -> None:
    deliver_one(world, url)
    assert world.statuses() == {"sent": 1}
    (call,) = stand_in.ledger.since(0)
    assert (call.id, call.phone, call.text) == (world.ids[0], 79260000001, "Hello")


@pytest.mark.parametrize("kind", ["http_500", "http_502", "http_503", "http_504"])
def test_a_server_error_is_retried_at_once_and_then_deferred(
    world: World, url: str, stand_in: StandIn, kind: Kind
) -> None:
    stand_in.behaviour = faulty(kind)
    deliver_one(world, url)
    row = world.row()
    assert (row.status, row.attempts, row.in_doubt) == ("pending", 1, False)
    assert row.last_error.startswith(f"HTTP {kind[-3:]}: ")
    assert (row.last_error_code, row.last_error_params) == ("provider_unavailable", None)
    assert timedelta(seconds=15) <= row.due_at - world.now <= timedelta(seconds=30)
    assert stand_in.ledger.requests == 3
    assert world.attempts()[0].calls == 3


def test_a_short_failure_is_over_within_the_invocation(world: World, url: str, stand_in: StandIn) -> None:
    stand_in.behaviour = faulty("http_503", until_requests=2)
    deliver_one(world, url)
    assert world.statuses() == {"sent": 1}
    assert world.row().attempts == 1
    assert (world.row().last_error, world.row().last_error_code) == (None, None)


@pytest.mark.parametrize("kind", ["html", "empty", "broken_json", "wrong_code", "huge", "redirect"])
def test_a_lie_is_no_success(world: World, url: str, stand_in: StandIn, kind: Kind) -> None:
    stand_in.behaviour = faulty(kind)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert deliver_one(world, url) < 2
    row = world.row()
    assert (row.status, row.attempts, row.in_doubt) == ("pending", 1, False)
    assert len(row.last_error) <= 200
    assert stand_in.ledger.leaked == 0
    # The body of 100 MB is neither read nor kept, on either side of the socket.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


def test_the_target_of_a_redirect_never_sees_the_token(world: World, url: str, stand_in: StandIn) -> None:
    stand_in.behaviour = faulty("redirect")
    deliver_one(world, url)
    assert stand_in.ledger.by_behaviour == {"redirect": 3}
    assert stand_in.ledger.leaked == 0
    assert world.row().last_error.startswith("HTTP 302")


@pytest.mark.parametrize("kind", ["throttle", "throttle_seconds", "throttle_date"])
def test_throttling_is_obeyed(world: World, url: str, stand_in: StandIn, kind: Kind) -> None:
    stand_in.behaviour = faulty(kind, retry_after_seconds=120)
    deliver_one(world, url)
    row = world.row()
    assert (row.status, row.attempts, row.last_error_code) == ("pending", 1, "provider_throttled")
    assert row.due_at - world.now >= timedelta(seconds=15 if kind == "throttle" else 118)
    assert stand_in.ledger.requests == 1


def test_a_bad_request_is_final_and_keeps_the_answer(world: World, url: str, stand_in: StandIn) -> None:
    stand_in.behaviour = faulty("bad_request")
    deliver_one(world, url)
    assert world.statuses() == {"failed": 1}
    assert world.row().last_error == 'HTTP 400: {"code": 400, "message": "Bad Request"}'
    assert world.row().last_error_code == "provider_rejected"
    assert stand_in.ledger.requests == 1


@pytest.mark.parametrize("kind", ["unauthorized", "forbidden"])
def test_a_refused_token_halts_sending_and_costs_no_attempt(
    world: World, url: str, stand_in: StandIn, kind: Kind
) -> None:
    stand_in.behaviour = faulty(kind)
    deliver_one(world, url)
    row = world.row()
    assert (row.status, row.attempts) == ("pending", 0)
    assert world.state()[0].state == "open"
    assert world.attempts()[0].error.startswith("HTTP 40")
    assert world.attempts()[0].error_code == world.state()[0].reason_code == "provider_unauthorized"


def test_a_provider_that_refuses_the_connection(world: World, refusing_url: str) -> None:
    deliver_one(world, refusing_url)
    row = world.row()
    assert (row.status, row.attempts, row.in_doubt) == ("pending", 1, False)
    assert row.last_error.startswith("not reached: ConnectionRefusedError")
    assert row.last_error_code == "provider_unreachable"
    assert world.attempts()[0].calls == 3


def test_a_name_that_does_not_resolve(world: World) -> None:
    world.fill()
    world.send(client_of("http://provider.invalid"))
    row = world.row()
    assert (row.status, row.attempts, row.in_doubt) == ("pending", 1, False)
    assert row.last_error.startswith("not reached: ")


@pytest.mark.parametrize(("kind", "calls"), [("hang", 1), ("drip", 1)])
def test_an_answer_that_does_not_end_meets_the_deadline(
    world: World, url: str, stand_in: StandIn, kind: Kind, calls: int
) -> None:
    stand_in.behaviour = faulty(kind)
    # A pipeline's machine may be busy with other things, too.
    assert DEADLINE <= deliver_one(world, url) < DEADLINE + 3
    row = world.row()
    assert (row.status, row.attempts, row.in_doubt) == ("pending", 1, True)
    assert row.last_error == "no answer within 0.5 s"
    assert (row.last_error_code, row.last_error_params) == ("provider_timeout", {"seconds": 0.5})
    assert world.attempts()[0].calls == calls


@pytest.mark.parametrize("kind", ["refuse", "accept_then_drop", "half_close"])
def test_a_connection_that_breaks_is_sent_again_under_the_same_id(
    world: World, url: str, stand_in: StandIn, kind: Kind
) -> None:
    stand_in.behaviour = faulty(kind, until_requests=1, reject_repeats=True)
    deliver_one(world, url)
    assert world.statuses() == {"sent": 1}
    assert [call.id for call in stand_in.ledger.since(0)] == world.ids
    assert stand_in.ledger.requests == 2


@pytest.mark.parametrize("kind", ["hang", "drip", "refuse", "accept_then_drop", "half_close"])
def test_what_is_not_known_is_held_if_the_mailing_says_so(
    world: World, url: str, stand_in: StandIn, kind: Kind
) -> None:
    stand_in.behaviour = faulty(kind)
    deliver_one(world, url, on_unknown="hold")
    assert world.statuses() == {"unknown": 1}
    row = world.row()
    assert row.last_error.endswith("whether it was accepted is not known")
    assert row.last_error_code == "held"
    code = "provider_timeout" if kind in {"hang", "drip"} else "connection_broken"
    assert row.last_error_params["reason"]["code"] == code
    assert row.last_error_params["reason"]["text"] in row.last_error
    assert stand_in.ledger.requests == 1


def test_a_repeat_that_the_provider_knows_was_accepted(world: World, url: str, stand_in: StandIn) -> None:
    stand_in.behaviour = faulty("accept_then_drop", until_requests=3)
    deliver_one(world, url)
    assert world.row().in_doubt
    stand_in.behaviour = faulty(reject_repeats=True)
    world.requeue()
    world.send(client_of(url))
    assert world.statuses() == {"sent": 1}
    assert stand_in.ledger.rejected == 1


def test_a_conflict_out_of_nowhere_is_no_success(world: World, url: str, stand_in: StandIn) -> None:
    stand_in.behaviour = faulty(reject_repeats=True)
    world.fill()
    stand_in.ledger.accept(world.ids[0], 79260000001, "from another installation")
    world.send(client_of(url))
    assert world.statuses() == {"pending": 1}
    assert world.row().last_error.startswith("HTTP 409")
    assert world.row().last_error_code == "provider_repeated"


def test_no_secret_gets_into_an_error(world: World, url: str, caplog: pytest.LogCaptureFixture) -> None:
    token = f"{TOKEN}\n\x00"
    world.fill()
    world.send(client_of(url, token=lambda *, refresh=False: token))  # noqa: ARG005
    assert TOKEN not in world.row().last_error
    assert TOKEN not in caplog.text
