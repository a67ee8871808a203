"""Runs by changes and by the schedule: which of them waits while messages are under way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dispatcher.bootstrap import Collaborators
from dispatcher.handler import RESERVE, build_handler
from notifications.contracts.enumerations import JobKind, ProviderKind
from notifications.contracts.observability import metrics
from notifications.database import dispatcher_runs
from notifications.database.dispatcher_runs import CHANGE_EVENT, TURN_LIFETIME, Waiting
from notifications.jobs import repository as jobs
from notifications.providers.catalog import Catalog
from tests.support.dispatcher.scenario import DispatcherScenario
from tests.support.functions.gateway import Context
from tests.support.mailings.planned import AUTHOR

SECOND = timedelta(seconds=1)
SCHEDULED = {"source": "aws.scheduler"}


class RunContext(Context):
    """Context of a run with 80 seconds left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 80_000


def run(
    scenario: DispatcherScenario,
    event: dict[str, str],
    *,
    run_id: str = "run",
    meanwhile: Callable[[], object] = lambda: None,
    start_importer: Callable[[], None] = lambda: None,
) -> int:
    """Invoke the dispatcher, and return the seconds for which it has waited."""
    began = scenario.now

    def sleep() -> None:
        scenario.now += SECOND
        meanwhile()

    collaborators = Collaborators(
        engine=lambda: scenario.engine,
        queue=lambda: scenario.queue,
        catalog=lambda: Catalog.of_one(ProviderKind.HTTP, "https://provider.example.org"),
        now=lambda: scenario.now,
        wait=sleep,
        start_importer=start_importer,
    )
    build_handler(collaborators)(event, RunContext(_aws_request_id=run_id))
    return (scenario.now - began) // SECOND


@pytest.fixture(autouse=True)
def _metrics() -> None:
    metrics.namespace = "test"


def take_turn(scenario: DispatcherScenario, other: str, *, is_scheduled: bool = False) -> bool:
    with scenario.engine.begin() as connection:
        return dispatcher_runs.take_turn(connection, other, is_scheduled=is_scheduled, now=scenario.now)


def under_way(scenario: DispatcherScenario) -> None:
    """Leave two messages on the queue."""
    scenario.add_clients(2)
    scenario.add_mailing()
    scenario.tick()
    assert scenario.statuses() == {"queued": 2}


@pytest.mark.parametrize("event", [CHANGE_EVENT, SCHEDULED])
def test_a_run_ends_when_its_work_is_done(scenario: DispatcherScenario, event: dict[str, str]) -> None:
    assert run(scenario, event) == 0


@pytest.mark.parametrize("event", [CHANGE_EVENT, SCHEDULED])
def test_a_run_waits_until_its_messages_are_sent(scenario: DispatcherScenario, event: dict[str, str]) -> None:
    scenario.add_clients(2)
    scenario.add_mailing()
    assert 1 <= run(scenario, event, meanwhile=scenario.send) <= 3
    scenario.assert_each_once(2)
    assert scenario.scalar("SELECT status FROM mailing") == "finished"


def test_a_run_by_a_change_does_its_work_and_ends_while_another_run_waits(scenario: DispatcherScenario) -> None:
    under_way(scenario)
    assert take_turn(scenario, "the tick", is_scheduled=True)
    added = scenario.add_mailing()
    assert run(scenario, CHANGE_EVENT) == 0
    assert scenario.statuses(added) == {"queued": 2}


def test_of_many_runs_by_changes_one_waits(scenario: DispatcherScenario) -> None:
    under_way(scenario)
    waited: list[int] = []

    def change() -> None:
        if len(waited) < 20:
            waited.append(run(scenario, CHANGE_EVENT, run_id=f"run {len(waited)}"))

    assert run(scenario, CHANGE_EVENT, run_id="the first", meanwhile=change) == (80 * SECOND - RESERVE) // SECOND
    assert waited == [0] * 20


def test_the_schedules_tick_waits_in_place_of_a_run_by_a_change(scenario: DispatcherScenario) -> None:
    under_way(scenario)
    begun = False

    def begin_tick() -> None:
        nonlocal begun
        if not begun:
            begun = True
            assert take_turn(scenario, "the tick", is_scheduled=True)

    assert run(scenario, CHANGE_EVENT, meanwhile=begin_tick) == 1


def test_a_killed_run_keeps_no_other_from_waiting(scenario: DispatcherScenario) -> None:
    under_way(scenario)
    assert take_turn(scenario, "killed")
    scenario.now += TURN_LIFETIME - SECOND
    assert run(scenario, CHANGE_EVENT) == 0
    scenario.now += SECOND
    assert run(scenario, CHANGE_EVENT, meanwhile=scenario.send) > 0


def test_work_of_a_run_that_relied_on_a_waiting_one_is_not_left(scenario: DispatcherScenario) -> None:
    waits = Waiting(
        engine=scenario.engine, clock=lambda: scenario.now, run="waiting", is_scheduled=False, sleep=lambda: None
    )
    assert waits.is_needed(lambda: True)
    scenario.now += SECOND
    answers = [True, False]

    def has_work_left() -> bool:
        if len(answers) == 2:
            # Between the last look and the end of the turn.
            assert not take_turn(scenario, "other")
        return answers.pop()

    assert waits.is_needed(has_work_left)
    assert answers == []
    assert not take_turn(scenario, "other")


def test_a_run_takes_back_the_mark_of_its_invocation_at_its_start(scenario: DispatcherScenario) -> None:
    under_way(scenario)
    marked: list[bool] = []

    def change() -> None:
        with scenario.engine.begin() as connection:
            marked.append(dispatcher_runs.mark(connection, now=scenario.now))
        scenario.send()

    with scenario.engine.begin() as connection:
        assert dispatcher_runs.mark(connection, now=scenario.now)
    assert run(scenario, SCHEDULED, meanwhile=change) >= 1
    assert marked[0]


def test_a_run_leaves_no_mark(scenario: DispatcherScenario) -> None:
    under_way(scenario)
    run(scenario, CHANGE_EVENT, meanwhile=scenario.send)
    assert scenario.scalar("SELECT count(*) FROM dispatcher_trigger WHERE waiting_run IS NOT NULL") == 0


def test_a_tick_of_the_schedule_starts_the_importer_that_an_import_has_lost(scenario: DispatcherScenario) -> None:
    starts: list[str] = []

    def start() -> None:
        starts.append("started")

    # The turn of a job is taken by the database's clock.
    scenario.now = datetime.now(UTC)
    with scenario.engine.begin() as connection:
        jobs.create(connection, JobKind.IMPORT, {}, author=AUTHOR, now=scenario.now)
    run(scenario, SCHEDULED, start_importer=start)
    assert starts == [], "the API has just started it"
    scenario.now += timedelta(minutes=2)
    run(scenario, CHANGE_EVENT, start_importer=start)
    assert starts == []
    run(scenario, SCHEDULED, start_importer=start)
    assert starts == ["started"]
