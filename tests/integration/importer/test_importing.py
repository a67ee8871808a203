"""Imports of uploaded files: what is stored, counted and refused."""

import gzip
from datetime import timedelta

import pytest

from notifications.contracts.enumerations import JobStatus
from notifications.contracts.problem_codes import ProblemCode
from tests.support.importer.csv_cases import CASES, Case, bytes_of, name_of, refusal_of
from tests.support.importer.scenario import ImportScenario

ROWS = """phone,operator_code,tags,timezone,name,age
79260000005,,vip;new,Europe/Moscow,Ann,18
79260000003,903,,Asia/Omsk,"Lee, Bo",
123,,,Europe/Moscow,,
79260000001,,VIP,Europe/Kiev,,1.0
79260000003,,new,Asia/Omsk,Bo,

79260000004,,,Mars,,
79260000005,904,vip,Europe/Moscow,Anna,19
"""
STORED = [
    ("79260000001", "926", "Europe/Kyiv", {"age": 1.0}, ["vip"]),
    ("79260000003", "926", "Asia/Omsk", {"name": "Bo"}, ["new"]),
    ("79260000005", "904", "Europe/Moscow", {"age": 19, "name": "Anna"}, ["vip"]),
]


@pytest.mark.parametrize("part_rows", [1, 2, 3, 100])
@pytest.mark.parametrize("compressed", [False, True])
def test_rows_are_stored_refused_and_overridden(scenario: ImportScenario, part_rows: int, *, compressed: bool) -> None:
    scenario.part_rows, scenario.s3.block = part_rows, 7
    import_id = scenario.start(gzip.compress(ROWS.encode()) if compressed else ROWS)
    scenario.run()
    found = scenario.get(import_id)
    assert (found.status, found.error) == (JobStatus.FINISHED, None)
    assert scenario.counts(import_id) == (7, 3, 0, 2, 2)
    assert found.bytes_done == found.bytes_total
    clients = [(*each[:4], [name.lower() for name in each[4]]) for each in scenario.clients()]
    assert clients == STORED
    assert [(each.line, each.code, each.params) for each in scenario.refused(import_id)] == [
        (2, ProblemCode.CSV_ROW_OVERRIDDEN, {"line": 9}),
        (3, ProblemCode.CSV_ROW_OVERRIDDEN, {"line": 6}),
        (4, ProblemCode.PHONE_FORMAT, {}),
        (8, ProblemCode.TIMEZONE_UNKNOWN, {"timezone": "Mars"}),
    ]
    assert scenario.scalar("SELECT array_agg(name ORDER BY name) FROM attribute") == ["age", "name"]
    assert scenario.scalar("SELECT count(*) FROM import_row") == 0


def test_a_dry_run_counts_and_stores_nothing(scenario: ImportScenario) -> None:
    first = scenario.start("phone,timezone\n79260000001,UTC\n")
    scenario.run()
    import_id = scenario.start(ROWS, dry_run=True)
    scenario.run()
    assert scenario.get(import_id).status == JobStatus.FINISHED
    assert scenario.counts(import_id) == (7, 2, 1, 2, 2)
    assert [each.line for each in scenario.refused(import_id)] == [2, 3, 4, 8]
    assert scenario.clients() == [("79260000001", "926", "UTC", {}, [])]
    assert scenario.scalar("SELECT count(*) FROM tag") + scenario.scalar("SELECT count(*) FROM attribute") == 0
    assert scenario.counts(first) == (1, 1, 0, 0, 0)


def test_known_clients_are_updated_in_the_given_columns(scenario: ImportScenario) -> None:
    scenario.start("phone,operator_code,tags,timezone,name,age\n79260000001,903,a|b,Asia/Omsk,Ann,18\n")
    scenario.run()
    import_id = scenario.start("phone,timezone,name\n79260000001,Asia/Omsk,\n79260000002,UTC,Bo\n")
    scenario.run()
    assert scenario.counts(import_id) == (2, 1, 1, 0, 0)
    assert scenario.clients() == [
        ("79260000001", "903", "Asia/Omsk", {"age": 18}, ["a", "b"]),
        ("79260000002", "926", "UTC", {"name": "Bo"}, []),
    ]
    scenario.start("phone,timezone,tags\n79260000001,Asia/Omsk,c;b\n79260000002,UTC,\n")
    scenario.run()
    assert [each[-1] for each in scenario.clients()] == [["b", "c"], []]
    assert scenario.clients()[0][3] == {"age": 18}


def test_an_import_of_what_is_stored_writes_no_client(scenario: ImportScenario) -> None:
    scenario.start(ROWS)
    scenario.run()
    before = scenario.scalar("SELECT array_agg(xmin || ctid::text ORDER BY id) FROM client")
    again = scenario.start(ROWS)
    scenario.run()
    assert scenario.counts(again) == (7, 0, 3, 2, 2)
    assert scenario.scalar("SELECT array_agg(xmin || ctid::text ORDER BY id) FROM client") == before


def test_a_number_that_is_written_in_another_way_is_stored(scenario: ImportScenario) -> None:
    scenario.start("phone,timezone,age\n79260000001,UTC,1\n")
    scenario.run()
    scenario.start("phone,timezone,age\n79260000001,UTC,1.0\n")
    scenario.run()
    assert scenario.scalar("SELECT attributes::text FROM client") == '{"age": 1.0}'


def test_a_client_that_would_have_too_many_attributes_is_refused(scenario: ImportScenario) -> None:
    def file(names: list[str]) -> str:
        return f"phone,timezone,{','.join(names)}\n79260000001,UTC,{','.join('x' for _ in names)}\n"

    scenario.start(file([f"a{each}" for each in range(30)]))
    scenario.run()
    for dry_run in (True, False):
        import_id = scenario.start(file([f"b{each}" for each in range(30)]), dry_run=dry_run)
        scenario.run()
        assert scenario.counts(import_id) == (1, 0, 0, 1, 0)
        (refused,) = scenario.refused(import_id)
        assert (refused.line, refused.code) == (2, ProblemCode.ATTRIBUTES_TOO_MANY)
    assert len(scenario.clients()[0][3]) == 30


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_files_are_read_as_the_api_reads_them(scenario: ImportScenario, case: Case) -> None:
    scenario.part_rows, scenario.s3.block = 2, 5
    import_id = scenario.start(bytes_of(case))
    scenario.run()
    found = scenario.get(import_id)
    if refusal := refusal_of(case):
        assert {"code": found.error_code, "params": found.error_params} == refusal
        assert (found.status, scenario.clients()) == (JobStatus.FAILED, [])
    else:
        assert [phone for phone, *_ in scenario.clients()] == sorted({row["cells"]["phone"] for row in case["rows"]})
        assert found.status == JobStatus.FINISHED


ZONE = "Europe/Berlin"
BY_DEFAULT = "SELECT array_agg(phone ORDER BY phone) FROM client_default_timezone JOIN client ON id = client_id"


def zones(scenario: ImportScenario) -> dict[str, str]:
    return {phone: timezone for phone, _, timezone, *_ in scenario.clients()}


def run(scenario: ImportScenario, body: str) -> tuple[int, int, int, int, int]:
    import_id = scenario.start(body)
    scenario.run()
    return scenario.counts(import_id)


@pytest.mark.parametrize("part_rows", [1, 100])
def test_a_row_without_a_time_zone_gives_a_new_client_the_default_and_leaves_a_known_one_its_own(
    scenario: ImportScenario, part_rows: int
) -> None:
    scenario.default_timezone, scenario.part_rows = ZONE, part_rows
    assert run(scenario, "phone,timezone\n79260000001,Asia/Omsk\n79260000002,\n") == (2, 2, 0, 0, 0)
    assert run(scenario, "phone,name\n79260000001,Ann\n79260000002,Bo\n79260000003,Cy\n") == (3, 1, 2, 0, 0)
    assert zones(scenario) == {"79260000001": "Asia/Omsk", "79260000002": ZONE, "79260000003": ZONE}
    assert scenario.scalar(BY_DEFAULT) == ["79260000002", "79260000003"]


def test_a_row_with_another_time_zone_gives_the_client_its_own(scenario: ImportScenario) -> None:
    scenario.default_timezone = ZONE
    run(scenario, "phone\n79260000001\n79260000002\n")
    run(scenario, f"phone,timezone\n79260000001,Asia/Omsk\n79260000002,{ZONE}\n")
    assert zones(scenario) == {"79260000001": "Asia/Omsk", "79260000002": ZONE}
    assert scenario.scalar(BY_DEFAULT) == ["79260000002"]


def test_a_refused_row_leaves_its_client_the_default_time_zone(scenario: ImportScenario) -> None:
    scenario.default_timezone = ZONE
    old, new = (",".join(f"{letter}{n}" for n in range(30)) for letter in "ab")
    values = ",".join("x" * 30)
    assert run(scenario, f"phone,{old}\n79260000001,{values}\n") == (1, 1, 0, 0, 0)
    assert run(scenario, f"phone,timezone,{new}\n79260000001,Asia/Omsk,{values}\n") == (1, 0, 0, 1, 0)
    assert zones(scenario) == {"79260000001": ZONE}
    assert scenario.scalar(BY_DEFAULT) == ["79260000001"]


def test_without_a_default_a_file_needs_the_time_zone(scenario: ImportScenario) -> None:
    import_id = scenario.start("phone\n79260000001\n")
    scenario.run()
    found = scenario.get(import_id)
    assert (found.status, found.error_code) == (JobStatus.FAILED, ProblemCode.CSV_COLUMNS_MISSING)
    assert run(scenario, "phone,timezone\n79260000001,\n") == (1, 0, 0, 1, 0)


def test_a_dry_run_fills_no_time_zone(scenario: ImportScenario) -> None:
    scenario.default_timezone = ZONE
    import_id = scenario.start("phone\n79260000001\n", dry_run=True)
    scenario.run()
    assert scenario.counts(import_id) == (1, 1, 0, 0, 0)
    assert scenario.scalar("SELECT count(*) FROM client_default_timezone") == 0


@pytest.mark.parametrize("part_rows", [1, 100])
def test_phones_are_read_as_they_are_written_in_the_country(scenario: ImportScenario, part_rows: int) -> None:
    scenario.part_rows = part_rows
    body = "phone,timezone\n0151 23456789,UTC\n+7 926 000-00-01,UTC\n15123456789,UTC\n020 7946 0958,UTC\n"
    import_id = scenario.start(body, country="DE")
    scenario.run()
    assert scenario.get(import_id).country == "DE"
    assert [each[:2] for each in scenario.clients()] == [("4915123456789", None), ("79260000001", "926")]
    assert [(each.line, each.code) for each in scenario.refused(import_id)] == [
        (4, ProblemCode.PHONE_AMBIGUOUS),
        (5, ProblemCode.PHONE_FORMAT),
    ]
    assert run(scenario, "phone,timezone\n0151 23456789,UTC\n") == (1, 0, 0, 1, 0)


def test_clients_show_the_time_of_the_import(scenario: ImportScenario) -> None:
    run(scenario, "phone,timezone\n79260000001,UTC\n79260000002,UTC\n")
    created, scenario.now = scenario.now, scenario.now + timedelta(hours=1)
    run(scenario, "phone,timezone\n79260000001,UTC\n79260000002,Asia/Omsk\n")
    times = "SELECT array_agg(ARRAY[created_at, updated_at] ORDER BY phone) FROM client"
    assert scenario.scalar(times) == [[created, created], [created, scenario.now]]


def consents(scenario: ImportScenario) -> list[str]:
    """Return the consents of all clients, in the order of their phones."""
    shown = "concat_ws(' ', to_char(consent_at, 'YYYY-MM-DD'), consent_source)"
    found: list[str] = scenario.scalar(f"SELECT array_agg({shown} ORDER BY phone) FROM client")
    return found


def test_consents_are_set_kept_and_removed(scenario: ImportScenario) -> None:
    header = "phone,timezone,consent_at,consent_source\n"
    scenario.start(header + "79260000001,UTC,2026-01-02T00:00:00Z,form\n79260000002,UTC,,\n")
    scenario.run()
    assert consents(scenario) == ["2026-01-02 form", ""]
    scenario.start("phone,timezone,tags\n79260000001,Asia/Omsk,vip\n79260000002,UTC,\n")
    scenario.run()
    assert consents(scenario) == ["2026-01-02 form", ""]
    scenario.start(header + "79260000001,Asia/Omsk,,\n79260000002,UTC,2026-01-03T00:00:00+03:00,call\n")
    scenario.run()
    assert consents(scenario) == ["", "2026-01-02 call"]


def test_a_consent_alone_is_a_change(scenario: ImportScenario) -> None:
    for source in ("form", "call", "call"):
        scenario.start(f"phone,timezone,consent_at,consent_source\n79260000001,UTC,2026-01-02T00:00:00Z,{source}\n")
        scenario.run()
        times = scenario.scalar("SELECT array_agg(updated_at) FROM client")
        scenario.now += timedelta(minutes=1)
    assert consents(scenario) == ["2026-01-02 call"]
    assert times == [scenario.now - timedelta(minutes=2)]


def test_consents_in_the_future_are_refused(scenario: ImportScenario) -> None:
    later = (scenario.now + timedelta(hours=1)).isoformat()
    import_id = scenario.start(f"phone,timezone,consent_at\n79260000001,UTC,{later}\n79260000002,UTC,\n")
    scenario.run()
    assert [(each.line, each.code) for each in scenario.refused(import_id)] == [(2, ProblemCode.TIME_IN_FUTURE)]
    assert [each[0] for each in scenario.clients()] == ["79260000002"]


def test_no_import_lifts_an_opt_out(scenario: ImportScenario) -> None:
    scenario.execute("INSERT INTO opt_out (phone, scope, source, at) VALUES ('79260000001', 'all', 'reply', now())")
    scenario.start("phone,timezone\n79260000001,UTC\n")
    scenario.run()
    assert scenario.scalar("SELECT array_agg(phone || ' ' || scope || ' ' || source) FROM opt_out") == [
        "79260000001 all reply"
    ]
