"""Jobs that change many clients or delete a tag: killed at any commit, and beside other changes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from dispatcher.dispatch_loop import with_job_chunks
from notifications.clients import repository as clients
from notifications.clients.audience.selection import Selection
from notifications.clients.bulk import commands
from notifications.clients.bulk.commands import BulkChange
from notifications.clients.tags import repository as tags
from notifications.contracts.enumerations import JobStatus
from notifications.contracts.errors import Conflict
from notifications.contracts.problem_codes import ProblemCode
from notifications.jobs import repository as jobs
from notifications.jobs import runner
from notifications.jobs.job import Job
from tests.support.dispatcher.scenario import DispatcherScenario
from tests.support.mailings.planned import AUTHOR
from tests.support.proofs.model_collaborators import KillAtCommit, ProcessKilled

CLIENTS = 23
CHUNK = 5
SMALL = with_job_chunks(CHUNK)
ALL = BulkChange(add_tags=["new"], remove_tags=["old"])


@pytest.fixture
def scenario(engine: Engine) -> DispatcherScenario:
    return DispatcherScenario(engine)


def prepare(scenario: DispatcherScenario) -> None:
    """Create clients of whom all have the tag `old`."""
    scenario.limits = SMALL
    scenario.add_clients(CLIENTS)
    with scenario.engine.begin() as connection:
        for name in ("old", "kept"):
            tags.create(connection, name)
        connection.execute(text("INSERT INTO client_tag SELECT client.id, tag.id FROM client, tag"))
        connection.execute(text("UPDATE client SET updated_at = :now"), {"now": scenario.now})


def start(scenario: DispatcherScenario, change: BulkChange) -> int:
    with scenario.engine.begin() as connection:
        return commands.start(connection, change, author=AUTHOR, now=scenario.now, at_once=1).id


def get(scenario: DispatcherScenario, job_id: int) -> Job:
    with scenario.engine.connect() as connection:
        return jobs.get(connection, job_id)


def run_chunk(scenario: DispatcherScenario) -> None:
    runner.run_next(scenario.engine, SMALL.job_kinds, now=scenario.now)


def tagged(scenario: DispatcherScenario) -> dict[str, int]:
    with scenario.engine.connect() as connection:
        rows = tags.page(connection, search=None, order=tags.ORDERS["name"], after=None, limit=10)
        return {row.name: row.clients for row in rows}


def kill_at_every_commit(scenario: DispatcherScenario, begin: Callable[[], int], check: Callable[[int], None]) -> int:
    """Run a job to its end for each of its commits, at which the dispatcher is killed. Return the number of kills."""
    commits = 0
    while True:
        commits += 1
        scenario.reset()
        prepare(scenario)
        job_id = begin()
        scenario.now += timedelta(minutes=1)
        kill = KillAtCommit(commits)
        kill.over(scenario.engine)
        try:
            scenario.tick()
            return commits - 1
        except ProcessKilled:
            pass
        finally:
            kill.leave(scenario.engine)
        scenario.now += timedelta(minutes=20)
        scenario.tick()
        check(job_id)


@pytest.mark.parametrize("by_phones", [False, True], ids=["filter", "phones"])
def test_a_change_of_tags_killed_at_any_commit_is_done_once(
    scenario: DispatcherScenario, record_property: Callable[[str, object], None], *, by_phones: bool
) -> None:
    phones = {str(79000000000 + n) for n in range(1, CLIENTS + 3)} if by_phones else None
    missing = {"missing": 2} if by_phones else {}

    def check(job_id: int) -> None:
        found = get(scenario, job_id)
        assert (found.status, found.done, found.total) == (
            JobStatus.FINISHED,
            CLIENTS + len(missing) * 2,
            CLIENTS + len(missing) * 2,
        )
        assert found.result == {"changed": CLIENTS} | missing
        assert tagged(scenario) == {"kept": CLIENTS, "new": CLIENTS, "old": 0}

    change = BulkChange(phones=phones, add_tags=["new"], remove_tags=["old"])
    kills = kill_at_every_commit(scenario, lambda: start(scenario, change), check)
    assert kills > 10
    record_property("bulk_kills", kills)


def test_a_deletion_killed_at_any_commit_cancels_what_is_unsent(scenario: DispatcherScenario) -> None:
    def begin() -> int:
        scenario.add_mailing()
        scenario.tick()
        scenario.sqs.waiting.clear()
        return start(scenario, BulkChange(tags=["old"], delete=True))

    def check(job_id: int) -> None:
        found = get(scenario, job_id)
        assert (found.status, found.result) == (JobStatus.FINISHED, {"deleted": CLIENTS})
        assert scenario.scalar("SELECT count(*) FROM client") == 0
        assert scenario.statuses() == {"cancelled": CLIENTS}
        assert scenario.scalar("SELECT status FROM mailing") == "finished"
        scenario.assert_reconciled()
        assert tagged(scenario) == {"kept": 0, "old": 0}

    assert kill_at_every_commit(scenario, begin, check) > 10


def test_a_deletion_of_a_tag_killed_at_any_commit_is_done_once(scenario: DispatcherScenario) -> None:
    def check(job_id: int) -> None:
        found = get(scenario, job_id)
        assert (found.status, found.done, found.result) == (JobStatus.FINISHED, CLIENTS, {"changed": CLIENTS})
        assert tagged(scenario) == {"kept": CLIENTS}

    assert kill_at_every_commit(scenario, lambda: delete_tag(scenario), check) > 10


def delete_tag(scenario: DispatcherScenario) -> int:
    with scenario.engine.begin() as connection:
        old = tags.get(connection, "old")
        job = commands.delete_tag(connection, old, author=AUTHOR, now=scenario.now, at_once=1)
    assert job
    return job.id


def test_what_was_sent_stays_and_what_is_being_sent_ends(scenario: DispatcherScenario) -> None:
    """A bulk deletion meets messages under way as the deletion of one client does."""
    prepare(scenario)
    scenario.add_mailing()
    scenario.tick()
    ids = [message_id for _, _, message_id in scenario.sqs.departures]
    with scenario.engine.begin() as connection:
        values = {"sent": ids[:3], "sending": ids[3:5], "now": scenario.now}
        connection.execute(
            text("""
                UPDATE message SET status = 'sending', lease_until = :now, claim = 1 WHERE id = ANY(:sending)
            """),
            values,
        )
        connection.execute(
            text("UPDATE message SET status = 'sent', sent_at = :now, claim = 1 WHERE id = ANY(:sent)"), values
        )
        connection.execute(text("DELETE FROM mailing_count"))
        connection.execute(
            text("INSERT INTO mailing_count SELECT mailing_id, status, 0, count(*) FROM message GROUP BY 1, 2")
        )
    start(scenario, BulkChange(delete=True))
    while scenario.scalar("SELECT count(*) FROM client"):
        run_chunk(scenario)
    assert scenario.statuses() == {"sent": 3, "sending": 2, "cancelled": CLIENTS - 5}


def test_clients_that_come_later_are_left_out(scenario: DispatcherScenario) -> None:
    prepare(scenario)
    job_id = start(scenario, ALL)
    with scenario.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO client (phone, operator_code, timezone) VALUES ('79990000000', '999', 'UTC')")
        )
    scenario.tick()
    assert get(scenario, job_id).done == CLIENTS
    assert tagged(scenario)["new"] == CLIENTS


def test_a_renamed_tag_is_still_the_same_to_a_job(scenario: DispatcherScenario) -> None:
    prepare(scenario)
    job_id = start(scenario, BulkChange(tags=["old"], add_tags=["new"], remove_tags=["kept"]))
    run_chunk(scenario)
    with scenario.engine.begin() as connection:
        for name in ("old", "new", "kept"):
            tags.rename(connection, tags.get(connection, name), f"{name} renamed", following=[])
    scenario.tick()
    assert get(scenario, job_id).result == {"changed": CLIENTS}
    assert tagged(scenario) == {"kept renamed": 0, "new renamed": CLIENTS, "old renamed": CLIENTS}


def test_clients_that_have_left_the_filter_are_not_deleted(scenario: DispatcherScenario) -> None:
    prepare(scenario)
    job_id = start(scenario, BulkChange(tags=["old"], delete=True))
    run_chunk(scenario)
    with scenario.engine.begin() as connection:
        connection.execute(text("DELETE FROM client_tag WHERE client_id = :last"), {"last": CLIENTS})
    scenario.tick()
    assert get(scenario, job_id).result == {"deleted": CLIENTS - 1}
    assert get(scenario, job_id).total == CLIENTS - 1
    assert scenario.scalar("SELECT id FROM client") == CLIENTS


def test_a_deleted_tag_is_not_added_any_more(scenario: DispatcherScenario) -> None:
    prepare(scenario)
    job_id = start(scenario, ALL)
    with scenario.engine.begin() as connection:
        tags.remove(connection, tags.get(connection, "new").id)
    scenario.tick()
    assert get(scenario, job_id).result == {"changed": CLIENTS}
    assert tagged(scenario) == {"kept": CLIENTS, "old": 0}


def test_only_changed_clients_have_a_new_time(scenario: DispatcherScenario) -> None:
    prepare(scenario)
    before = scenario.now
    with scenario.engine.begin() as connection:
        connection.execute(text("DELETE FROM client_tag WHERE client_id <= 3"))
    scenario.now += timedelta(minutes=1)
    start(scenario, BulkChange(remove_tags=["old"]))
    scenario.tick()
    with scenario.engine.connect() as connection:
        since = Selection(updated_since=before + timedelta(seconds=1))
        order = clients.ORDERS["id"]
        changed = clients.page(connection, since, order=order, after=None, limit=50)
    assert [each.id for each in changed] == list(range(4, CLIENTS + 1))


def test_a_tag_that_clients_get_during_its_deletion_is_removed_from_them_too(scenario: DispatcherScenario) -> None:
    prepare(scenario)
    job_id = delete_tag(scenario)
    run_chunk(scenario)
    with scenario.engine.begin() as connection:
        connection.execute(text("INSERT INTO client_tag SELECT 1, id FROM tag WHERE name = 'old'"))
    scenario.tick()
    found = get(scenario, job_id)
    assert (found.status, found.done) == (JobStatus.FINISHED, CLIENTS + 1)
    assert tagged(scenario) == {"kept": CLIENTS}


def test_a_deletion_stops_when_a_mailing_filters_on_the_tag(scenario: DispatcherScenario) -> None:
    prepare(scenario)
    job_id = delete_tag(scenario)
    run_chunk(scenario)
    scenario.add_mailing(starts_at=scenario.now + timedelta(days=1))
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET filter_tags = '{OLD}'"))
        old = tags.get(connection, "old")
        with pytest.raises(Conflict):
            commands.delete_tag(connection, old, author=AUTHOR, now=scenario.now, at_once=1)
    scenario.tick()
    found = get(scenario, job_id)
    assert (found.status, found.error_code, found.done) == (JobStatus.FAILED, ProblemCode.TAG_IN_USE, CHUNK)
    assert tagged(scenario) == {"kept": CLIENTS, "old": CLIENTS - CHUNK}


def test_a_tag_is_deleted_once(scenario: DispatcherScenario) -> None:
    prepare(scenario)
    first, second = delete_tag(scenario), delete_tag(scenario)
    scenario.tick()
    assert {get(scenario, each).status for each in (first, second)} == {JobStatus.FINISHED}
    assert tagged(scenario) == {"kept": CLIENTS}
