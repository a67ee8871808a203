"""Imports under faults: killed at any commit, files that are wrong or vanish, and a database that loses staged rows."""

import gzip
from collections.abc import Callable
from datetime import timedelta

import pytest

from notifications.clients.imports import refusals
from notifications.clients.imports import repository as imports
from notifications.contracts.enumerations import JobStatus
from notifications.contracts.errors import Conflict
from notifications.contracts.problem_codes import ProblemCode
from notifications.jobs import repository as jobs
from tests.support.dispatcher import retention
from tests.support.importer.scenario import ImportScenario
from tests.support.mailings.planned import AUTHOR

ROWS = 11
DOUBLED = 3


def file() -> str:
    """Return a file in which some phones come twice, and one row is invalid."""
    rows = [f"7926000{each:04},Europe/Moscow,a|b,{each}" for each in range(ROWS)]
    rows += [f"7926000{each:04},Asia/Omsk,c,again" for each in range(DOUBLED)]
    return "\n".join(["phone,timezone,tags,name", *rows[:5], "nobody,UTC,,", *rows[5:]])


def assert_all_stored(scenario: ImportScenario, import_id: int) -> None:
    assert scenario.get(import_id).status == JobStatus.FINISHED
    assert scenario.counts(import_id) == (ROWS + DOUBLED + 1, ROWS, 0, 1, DOUBLED)
    assert len(scenario.refused(import_id)) == DOUBLED + 1
    clients = scenario.clients()
    assert [each[2] for each in clients] == ["Asia/Omsk"] * DOUBLED + ["Europe/Moscow"] * (ROWS - DOUBLED)
    assert [each[4] for each in clients] == [["c"]] * DOUBLED + [["a", "b"]] * (ROWS - DOUBLED)
    assert scenario.scalar("SELECT count(*) FROM import_row") == 0


@pytest.mark.parametrize("compressed", [False, True])
def test_an_import_killed_at_any_commit_loses_and_repeats_nothing(
    scenario: ImportScenario, record_property: Callable[[str, object], None], *, compressed: bool
) -> None:
    body = gzip.compress(file().encode()) if compressed else file().encode()
    commits, was_killed = 0, True
    while was_killed:
        commits += 1
        scenario.reset()
        import_id = scenario.start(body)
        was_killed = scenario.run_killed_at(commits)
        scenario.run()
        assert_all_stored(scenario, import_id)
    assert commits > 15
    record_property("import_kills", commits - 1)


def test_a_file_without_zones_killed_at_any_commit_marks_each_new_client_once(scenario: ImportScenario) -> None:
    scenario.default_timezone = "Europe/Moscow"
    body = "phone,name\n79260000001,Ann\n79260000002,Bo\n79260000003,Cy\n79260000004,Di\n"
    commits, was_killed = 0, True
    while was_killed:
        commits += 1
        scenario.reset()
        scenario.execute("INSERT INTO client (phone, timezone) VALUES ('79260000002', 'Asia/Omsk')")
        import_id = scenario.start(body)
        was_killed = scenario.run_killed_at(commits)
        scenario.run()
        assert scenario.counts(import_id) == (4, 3, 1, 0, 0)
        zones = {phone: zone for phone, _, zone, *_ in scenario.clients()}
        assert zones.pop("79260000002") == "Asia/Omsk"
        assert set(zones.values()) == {"Europe/Moscow"}
        assert scenario.scalar("SELECT count(*) FROM client_default_timezone") == 3
    assert commits > 5


def test_an_import_goes_on_where_the_last_part_has_ended(scenario: ImportScenario) -> None:
    import_id = scenario.start(file())
    scenario.run(parts=2)
    assert (scenario.get(import_id).rows, scenario.get(import_id).status) == (6, JobStatus.RUNNING)
    scenario.run()
    first, second = scenario.s3.reads[0], scenario.s3.reads[-1]
    assert (first, second) == (0, len("\n".join(file().split("\n")[:7])) + 1)
    assert_all_stored(scenario, import_id)


@pytest.mark.parametrize("parts", range(1, 10))
def test_rows_that_a_crash_of_the_database_has_lost_are_read_again(scenario: ImportScenario, parts: int) -> None:
    """An unlogged table is empty after a crash."""
    import_id = scenario.start(file())
    scenario.run(parts=parts)
    scenario.execute("TRUNCATE import_row")
    scenario.run()
    assert_all_stored(scenario, import_id)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (gzip.compress(file().encode(), mtime=0)[:-1], ProblemCode.GZIP_DAMAGED),
        (gzip.compress(file().encode(), mtime=0)[:-20], ProblemCode.GZIP_DAMAGED),
        (gzip.compress(file().encode(), mtime=0)[:40] + b"\0" * 40, ProblemCode.GZIP_DAMAGED),
        (b"\x1f\x8b", ProblemCode.GZIP_DAMAGED),
        (b"", ProblemCode.CSV_COLUMNS_MISSING),
        (b"\x89PNG\r\n\x1a\n\0\0", ProblemCode.BODY_NOT_UTF8),
        (b"PK\x03\x04 workbook", ProblemCode.BODY_IS_WORKBOOK),
        (gzip.compress(b"PK\x03\x04 workbook", mtime=0), ProblemCode.BODY_IS_WORKBOOK),
        (file().encode("utf-16"), ProblemCode.BODY_UTF16),
        (f'{file()}\n79260000099,UTC,"open,'.encode(), ProblemCode.CSV_QUOTE_OPEN),
        (f"{file()}\n79260000099,UTC,,,,,,x".encode(), ProblemCode.CSV_ROW_TOO_LONG),
        (f"{file()}\n79260000099,UTC,,\xe9".encode("latin-1"), ProblemCode.BODY_NOT_UTF8),
        (b"phone,timezone\n" + b"7" * 5_000_000, ProblemCode.CSV_QUOTE_OPEN),
    ],
)
def test_a_wrong_file_is_refused_before_anything_is_stored(
    scenario: ImportScenario, body: bytes, code: ProblemCode
) -> None:
    import_id = scenario.start(body)
    scenario.run()
    found = scenario.get(import_id)
    assert (found.status, found.error_code) == (JobStatus.FAILED, code)
    assert found.error
    assert scenario.clients() == []


def test_files_of_gzip_that_were_put_together_are_one(scenario: ImportScenario) -> None:
    first, second = file()[:100].encode(), file()[100:].encode()
    import_id = scenario.start(gzip.compress(first) + gzip.compress(second))
    scenario.run()
    assert_all_stored(scenario, import_id)


def test_a_file_of_wrong_rows_is_refused_as_a_whole(scenario: ImportScenario, monkeypatch: pytest.MonkeyPatch) -> None:
    # The real bound takes half a minute.
    monkeypatch.setattr(refusals, "MAX_REFUSED_ROWS", 4)
    import_id = scenario.start("phone,timezone\n79260000001,UTC\n" + "1,UTC\n" * 5)
    scenario.run()
    found = scenario.get(import_id)
    assert (found.status, found.error_code) == (JobStatus.FAILED, ProblemCode.CSV_TOO_MANY_REFUSED)
    assert (found.error_params or {})["line"] == 3
    assert scenario.clients() == []


def test_a_file_that_vanishes_or_is_replaced_fails_the_import(scenario: ImportScenario) -> None:
    for code in (ProblemCode.FILE_VANISHED, ProblemCode.FILE_REPLACED):
        import_id = scenario.start(file())
        scenario.run(parts=1)
        key = scenario.get(import_id).upload_key
        scenario.s3.objects.pop(key)
        if code == ProblemCode.FILE_REPLACED:
            scenario.s3.objects[key] = b"phone,timezone\n79260000099,UTC\n"
        scenario.run()
        assert (scenario.get(import_id).status, scenario.get(import_id).error_code) == (JobStatus.FAILED, code)
        assert scenario.clients() == []


def test_a_cancelled_import_keeps_what_it_has_stored(scenario: ImportScenario) -> None:
    import_id = scenario.start(file())
    scenario.run(parts=7)
    job_id = scenario.get(import_id).job_id or 0
    with scenario.engine.begin() as connection:
        jobs.cancel(connection, job_id, now=scenario.now)
    assert scenario.run() == 0
    assert scenario.get(import_id).status == JobStatus.CANCELLED
    assert len(scenario.clients()) == scenario.get(import_id).created > 0
    retention.run(scenario.engine, retention.days(), now=scenario.now)
    assert scenario.scalar("SELECT count(*) FROM import_row") == 0


def test_an_import_without_a_file_or_after_a_day_is_not_started(scenario: ImportScenario) -> None:
    with scenario.engine.begin() as connection:
        made = imports.create(connection, dry_run=False, author=AUTHOR, now=scenario.now)
        with pytest.raises(Conflict) as refused:
            imports.start(connection, made, None, author=AUTHOR, now=scenario.now)
    assert refused.value.code == ProblemCode.UPLOAD_MISSING
    scenario.now += timedelta(days=1)
    expired = scenario.get(made.id)
    assert (expired.status, expired.error_code) == (JobStatus.FAILED, ProblemCode.UPLOAD_EXPIRED)
    with scenario.engine.begin() as connection, pytest.raises(Conflict) as refused:
        imports.start(connection, expired, None, author=AUTHOR, now=scenario.now)
    assert refused.value.code == ProblemCode.UPLOAD_EXPIRED


def test_imports_share_an_importer_in_turn(scenario: ImportScenario) -> None:
    first, second = scenario.start(file()), scenario.start(gzip.compress(file().encode()))
    scenario.run()
    assert scenario.counts(first) == (ROWS + DOUBLED + 1, ROWS, 0, 1, DOUBLED)
    assert scenario.counts(second) == (ROWS + DOUBLED + 1, 0, ROWS, 1, DOUBLED)
    assert scenario.s3.reads.count(0) < 5, "each file stays open between its parts"
