"""Canaries on the real path: the canary function, a tick, the queue, a sender and the provider."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from canary.bootstrap import Collaborators
from canary.handler import build_handler
from notifications.contracts.metrics import Metric
from notifications.messages import canaries, test_sends
from tests.support.database.contents import contents
from tests.support.dispatcher.scenario import DispatcherScenario
from tests.support.functions.gateway import Context

PHONE = "79990000001"
INTERVAL = timedelta(minutes=15)


@pytest.fixture
def scenario(engine: Engine) -> DispatcherScenario:
    return DispatcherScenario(engine)


@pytest.fixture
def run(scenario: DispatcherScenario, capsys: pytest.CaptureFixture[str]) -> "Run":
    return Run(scenario, capsys)


class Run:
    """Runs of the canary function at its interval, each followed by a minute's work of the other functions."""

    def __init__(self, scenario: DispatcherScenario, capsys: pytest.CaptureFixture[str]) -> None:
        self.scenario = scenario
        self._capsys = capsys
        collaborators = Collaborators(
            engine=lambda: scenario.engine, phone=lambda: PHONE, now=lambda: self.scenario.now
        )
        self._handler = build_handler(collaborators)

    def __call__(self) -> timedelta:
        """Invoke the function, and return the silence that it measures."""
        self._handler({}, Context())
        lines = map(json.loads, self._capsys.readouterr().out.splitlines())
        (seconds,) = next(line[Metric.CANARY_SILENCE] for line in lines if "_aws" in line)
        return timedelta(seconds=seconds)

    def work(self, until_next: timedelta = INTERVAL) -> None:
        """Let a tick and a sender work, and move the clock to the next run."""
        self.scenario.tick()
        self.scenario.send()
        self.scenario.now += until_next


def test_a_new_stack_has_not_been_silent(run: Run) -> None:
    assert run() == timedelta(0)


def test_a_canary_that_arrived_ends_the_silence(run: Run) -> None:
    for silence in (timedelta(0), INTERVAL, INTERVAL):
        assert run() == silence
        run.work()
    assert list(run.scenario.provider.calls.values()) == [1, 1, 1]


def test_the_silence_grows_while_the_queue_loses_everything(run: Run) -> None:
    run()
    run.work()
    run.scenario.sqs.down = True
    for runs in (1, 2, 3):
        assert run() == runs * INTERVAL
        run.work()
    run.scenario.sqs.down = False
    run()
    run.work()
    assert run() == INTERVAL


def test_the_silence_of_a_path_that_never_worked_counts_from_its_first_canary(run: Run) -> None:
    run.scenario.sqs.down = True
    for runs in range(4):
        assert run() == runs * INTERVAL
        run.work()


def test_canaries_do_not_pile_up(run: Run) -> None:
    for _ in range(10):
        run()
        run.work(canaries.RETENTION / 4)
    run()
    for table in ("direct_message", "message"):
        assert run.scenario.scalar(f"SELECT count(*) FROM {table}") == 5
    assert run.scenario.scalar("SELECT count(*) FROM attempt") == 4


def test_canaries_are_in_no_statistics_and_leave_other_messages(run: Run) -> None:
    scenario = run.scenario
    scenario.add_clients(3)
    scenario.add_mailing()
    with scenario.engine.begin() as connection:
        kept = test_sends.create(connection, phone=PHONE, text="Hello", now=scenario.now).id
    scenario.run_until_finished()
    before = contents(scenario.engine)
    run()
    run.work()
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE direct_message SET created_at = created_at - interval '2 days'"))
    run()
    after = contents(scenario.engine)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"direct_message", "message", "provider", "provider_rate"}
    assert kept in {each["id"] for each in after["message"]}
    assert {each["text"] for each in after["direct_message"]} == {"Hello", canaries.TEXT}
    assert len(after["direct_message"]) == 2
    scenario.assert_reconciled()
