"""No claim of a covered message commits after the answer to an opt-out, however the two meet, and whatever crashes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from threading import Barrier
from time import sleep

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from tests.support.functions.api import api_over
from tests.support.functions.gateway import Answer, Gateway
from tests.support.mailings.claims import claim_messages
from tests.support.proofs.model_collaborators import KillAtCommit
from tests.support.sender.scenario import SenderScenario

# The scenario's first client.
PHONE = "79260000001"
OPT_OUT = {"phone": PHONE}
KEYS = [{}, {"Idempotency-Key": "k"}]
RACES = 60
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    return SenderScenario(engine)


@pytest.fixture
def call(scenario: SenderScenario) -> Gateway:
    return api_over(scenario.engine, now=lambda: scenario.now)


@pytest.fixture
def sender(engine: Engine) -> Iterator[Engine]:
    """The engine of a sender, which has a connection of its own."""
    made = create_engine(engine.url)
    yield made
    made.dispose()


def claim(connection: Connection, scenario: SenderScenario) -> None:
    claim_messages(connection, scenario.ids, now=scenario.now)


@contextmanager
def calling(call: Gateway, headers: dict[str, str]) -> Iterator["Call"]:
    """Opt the person out in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        yield Call(pool, call, headers)


class Call:
    """A call in another thread, with its answer when it has come."""

    def __init__(self, pool: ThreadPoolExecutor, call: Gateway, headers: dict[str, str]) -> None:
        self._future = pool.submit(call, "POST", "optout/", OPT_OUT, headers=headers)

    @property
    def is_answered(self) -> bool:
        return self._future.done()

    def answer(self) -> Answer:
        return self._future.result(timeout=30)

    def until_it_waits(self, engine: Engine) -> None:
        """Return when the call waits for a lock, which it must not do in vain."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not connection.execute(WAITING).scalar_one():
                assert not self.is_answered
                sleep(0.005)


@pytest.mark.parametrize("headers", KEYS, ids=["plain", "with a key"])
def test_a_claim_that_began_earlier_commits_before_the_answer(
    scenario: SenderScenario, call: Gateway, sender: Engine, headers: dict[str, str]
) -> None:
    scenario.fill()
    with sender.connect() as claiming:
        claim(claiming, scenario)
        with calling(call, headers) as opting_out:
            opting_out.until_it_waits(sender)
            assert not opting_out.is_answered
            claiming.commit()
            assert opting_out.answer().status == 201
    assert scenario.statuses() == {"sending": 1}


@pytest.mark.parametrize("headers", KEYS, ids=["plain", "with a key"])
def test_a_claim_that_is_rolled_back_leaves_nothing_to_send(
    scenario: SenderScenario, call: Gateway, sender: Engine, headers: dict[str, str]
) -> None:
    scenario.fill()
    with sender.connect() as claiming:
        claim(claiming, scenario)
        with calling(call, headers) as opting_out:
            opting_out.until_it_waits(sender)
            claiming.rollback()
            assert opting_out.answer().status == 201
    assert scenario.statuses() == {"suppressed": 1}


def test_a_claim_between_the_two_commits_suppresses_by_itself(
    scenario: SenderScenario, call: Gateway, sender: Engine
) -> None:
    (first,), (second,) = scenario.fill(), scenario.fill()
    with sender.connect() as other, sender.connect() as claiming:
        # Somebody holds the person's first message, so that the call waits after its first commit.
        other.execute(text("SELECT FROM message WHERE id = :id FOR UPDATE"), {"id": first})
        with calling(call, {}) as opting_out:
            opting_out.until_it_waits(sender)
            assert claim_messages(claiming, [second], now=scenario.now) == []
            claiming.commit()
            other.rollback()
            assert opting_out.answer().status == 201
    assert scenario.statuses() == {"suppressed": 2}


def test_nothing_changes_after_the_answer(scenario: SenderScenario, call: Gateway, sender: Engine) -> None:
    scenario.fill(RACES)
    answered = [_race(scenario, call, sender, number) for number in range(RACES)]
    assert set(answered) == {"sending", "suppressed"}
    assert [row.status for row in scenario.rows()] == answered
    scenario.statuses()


def _race(scenario: SenderScenario, call: Gateway, sender: Engine, number: int) -> str:
    """Claim a message while its person is opted out, and return its status at the answer."""
    random, start = Random(number), Barrier(2)
    message_id, phone = scenario.ids[number], str(int(PHONE) + number)
    headers = {"Idempotency-Key": str(number)} if number % 2 else {}

    def claim_after_a_while() -> None:
        start.wait()
        with sender.begin() as connection:
            for _ in range(random.randrange(60)):
                connection.execute(text("SELECT"))
            claim_messages(connection, [message_id], now=scenario.now)
            for _ in range(random.randrange(20)):
                connection.execute(text("SELECT"))

    with ThreadPoolExecutor(1) as pool:
        claims = pool.submit(claim_after_a_while)
        start.wait()
        assert call("POST", "optout/", {"phone": phone}, headers=headers).status == 201
        status: str = scenario.rows()[number].status
        claims.result()
    return status


@pytest.mark.parametrize("headers", KEYS, ids=["plain", "with a key"])
def test_two_callers_at_once_have_one_opt_out(scenario: SenderScenario, headers: dict[str, str]) -> None:
    scenario.fill()
    engines = [create_engine(scenario.engine.url) for _ in range(2)]
    start = Barrier(2)

    def opt_out(engine: Engine) -> Answer:
        start.wait()
        return api_over(engine, now=lambda: scenario.now)("POST", "optout/", OPT_OUT, headers=headers)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(opt_out, engines))
    for each in engines:
        each.dispose()
    assert answers[0].json == answers[1].json
    statuses = sorted(each.status for each in answers)
    assert statuses in ([[200, 201]] if not headers else [[200, 200], [201, 201]])
    call = api_over(scenario.engine)
    assert len(call("GET", "audit/?kind=opt_out").json["items"]) == 1
    assert scenario.statuses() == {"suppressed": 1}


@pytest.mark.parametrize("headers", KEYS, ids=["plain", "with a key"])
@pytest.mark.parametrize("commit", [1, 2])
@pytest.mark.parametrize("path", ["optout/", "optout/import/"])
def test_a_repeat_after_a_crash_does_all_of_it(
    scenario: SenderScenario, call: Gateway, path: str, commit: int, headers: dict[str, str]
) -> None:
    scenario.fill()
    body = OPT_OUT if path == "optout/" else f"phone\n{PHONE}\n"
    kill = KillAtCommit(commit)
    kill.over(scenario.engine)
    try:
        crashed = call("POST", path, body, headers=headers)
    finally:
        kill.leave(scenario.engine)
    assert crashed.status == 500
    assert call("GET", f"optout/{PHONE}/").status == (404 if commit == 1 else 200)
    assert scenario.statuses() == {"queued": 1}
    repeated = call("POST", path, body, headers=headers)
    assert repeated.status in {200, 201}
    assert "Idempotency-Replayed" not in repeated.headers
    assert scenario.statuses() == {"suppressed": 1}
    assert len(call("GET", "audit/?kind=opt_out").json["items"]) == 1
    if headers:
        again = call("POST", path, body, headers=headers)
        assert (again.status, again.json) == (repeated.status, repeated.json)
        assert again.headers["Idempotency-Replayed"] == "true"


def test_an_opt_out_needs_one_connection(scenario: SenderScenario, call: Gateway) -> None:
    assert scenario.engine.pool.size() == 1  # type: ignore[attr-defined]
    assert call("POST", "optout/", OPT_OUT, headers=KEYS[1]).status == 201
    assert scenario.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
