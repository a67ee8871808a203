"""`import/`: imports of files of any size, with a fake S3 and an importer that runs when it is started."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from importer.importing import kinds
from importer.reading import Reader
from notifications.clients.imports import importer_runs
from notifications.clients.imports.uploads import Uploads
from notifications.jobs import runner
from tests.support.functions.api import ERASURE_KEY, api_over
from tests.support.functions.gateway import user
from tests.support.importer.fake_s3 import FakeS3

FILE = b"phone,timezone,name\n79260000001,UTC,Ann\n79260000002,Mars,\n79260000001,UTC,Bo\n=1,UTC,\n"


class Service:
    """The API, S3 and the time, which a test moves."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.s3 = FakeS3()
        self.now = datetime.now(UTC)
        self.starts = 0
        self.call = api_over(engine, now=lambda: self.now, s3=self.s3, start_importer=self._start)

    def _start(self) -> None:
        self.starts += 1

    def upload(self, data: bytes = FILE) -> int:
        """Create an import, and put a file where its address says."""
        made = self.call("POST", "import/", {}).json
        self.s3.objects[made["upload"]["url"].partition(".example.org/")[2].partition("?")[0]] = data
        return int(made["id"])

    def run(self) -> None:
        uploads = Uploads(lambda: self.s3, lambda: "uploads")  # type: ignore[arg-type, return-value]
        work = kinds(Reader(uploads, lambda: "Europe/Berlin", lambda: ERASURE_KEY))
        while runner.run_next(self.engine, work, now=self.now):
            pass


@pytest.fixture
def service(engine: Engine) -> Service:
    return Service(engine)


def test_an_import_from_the_upload_to_its_refused_rows(service: Service) -> None:
    made = service.call("POST", "import/", {"dry_run": False})
    assert made.status == 201
    assert made.headers["Location"] == "1/"
    upload = made.json["upload"]
    assert (upload["method"], upload["headers"]) == ("PUT", {})
    assert upload["url"].startswith("https://uploads.example.org/imports/")
    assert (made.json["status"], made.json["bytes_total"], made.json["job_id"]) == ("waiting", None, None)
    import_id = service.upload()
    started = service.call("POST", f"import/{import_id}/start/")
    assert (started.status, started.json["status"], started.json["bytes_total"]) == (202, "waiting", len(FILE))
    service.run()
    done = service.call("GET", f"import/{import_id}/").json
    assert {name: done[name] for name in ("status", "rows", "created", "updated", "refused", "skipped", "error")} == {
        "status": "finished", "rows": 4, "created": 1, "updated": 0, "refused": 2, "skipped": 1, "error": None
    }  # fmt: skip
    assert done["bytes_done"] == done["bytes_total"] == len(FILE)
    assert [each["id"] for each in service.call("GET", "import/").json["items"]] == [import_id, 1]
    assert service.call("GET", f"job/{done['job_id']}/").json["kind"] == "import"
    assert service.call("GET", "client/79260000001/").json["attributes"] == {"name": "Bo"}
    (entry,) = service.call("GET", "audit/").json["items"]
    assert (entry["action"], entry["kind"], entry["key"]) == ("import", "import", str(import_id))


def test_refused_rows_are_paged_as_csv(service: Service) -> None:
    import_id = service.upload()
    service.call("POST", f"import/{import_id}/start/")
    service.run()
    first = service.call("GET", f"import/{import_id}/refused/?limit=2")
    assert first.headers["Content-Type"] == "text/csv; charset=utf-8"
    following = first.headers["Link"].partition("<")[2].partition(">")[0]
    second = service.call("GET", f"import/{import_id}/refused/{following}")
    assert "Link" not in second.headers
    rows = [row for page in (first, second) for row in csv.DictReader(io.StringIO(page.text))]
    assert [(row["line"], row["code"]) for row in rows] == [
        ("2", "csv_row_overridden"), ("3", "timezone_unknown"), ("5", "phone_format")
    ]  # fmt: skip
    assert rows[0]["reason"] == "phone: line 4 has the same phone and was stored in its place"


def test_two_starts_are_one_import(service: Service) -> None:
    import_id = service.upload()
    answers = [service.call("POST", f"import/{import_id}/start/") for _ in range(2)]
    assert [each.status for each in answers] == [202, 202]
    assert answers[0].json["job_id"] == answers[1].json["job_id"]
    assert service.starts == 1
    service.run()
    again = service.call("POST", f"import/{import_id}/start/").json
    assert (again["status"], again["created"], service.starts) == ("finished", 1, 1)


def test_an_import_without_a_file_is_not_started(service: Service) -> None:
    service.call("POST", "import/", {})
    answer = service.call("POST", "import/1/start/")
    assert (answer.status, answer.json["code"]) == (409, "upload_missing")
    assert service.starts == 0
    assert service.call("GET", "import/1/").json["status"] == "waiting"


def test_an_import_that_is_not_started_within_a_day_fails(service: Service) -> None:
    import_id = service.upload()
    service.now += timedelta(days=1)
    answer = service.call("POST", f"import/{import_id}/start/")
    assert (answer.status, answer.json["code"], answer.json["params"]) == (409, "upload_expired", {"hours": 24})
    found = service.call("GET", f"import/{import_id}/").json
    assert (found["status"], found["error_code"]) == ("failed", "upload_expired")


def test_operators_import_and_viewers_read(service: Service) -> None:
    viewer, operator = (service.call.with_claims(user(role)) for role in ("viewer", "operator"))
    assert viewer("POST", "import/", {}).status == viewer("POST", "import/1/start/").status == 403
    assert operator("POST", "import/", {}).status == 201
    assert viewer("GET", "import/1/").status == viewer("GET", "import/1/refused/").status == 200
    missing = viewer("GET", "import/2/refused/")
    assert (missing.status, missing.json["code"]) == (404, "import_not_found")


def test_a_stalled_import_needs_an_importer(service: Service) -> None:
    def is_needed() -> bool:
        with service.engine.connect() as connection:
            return importer_runs.is_needed(connection, now=service.now)

    import_id = service.upload()
    assert not is_needed()
    service.call("POST", f"import/{import_id}/start/")
    assert not is_needed()
    service.now += timedelta(minutes=2)
    assert is_needed()
    service.run()
    assert not is_needed()


def test_an_import_reads_phones_of_its_country_and_gives_new_clients_the_default_time_zone(service: Service) -> None:
    made = service.call("POST", "import/", {"country": "DE"})
    assert (made.status, made.json["country"]) == (201, "DE")
    service.s3.objects[made.json["upload"]["url"].partition(".example.org/")[2].partition("?")[0]] = (
        b"phone\n0151 23456789\n"
    )
    service.call("POST", f"import/{made.json['id']}/start/")
    service.run()
    done = service.call("GET", f"import/{made.json['id']}/").json
    assert (done["status"], done["country"], done["created"]) == ("finished", "DE", 1)
    client = service.call("GET", "client/4915123456789/").json
    assert (client["operator_code"], client["timezone"]) == (None, "Europe/Berlin")


def test_an_import_of_an_unknown_country_is_refused(service: Service) -> None:
    answer = service.call("POST", "import/", {"country": "ZZ"})
    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "country_unknown")
