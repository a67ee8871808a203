"""The demo on the local stack: import, mailing, delivery, reconciliation, report."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from tests.support.e2e.local_stack import LocalStack
from tests.support.e2e.mailings import deliver

CLIENTS = """\
phone,operator_code,tags,timezone
79262220001,926,e2e;vip,Europe/Moscow
79262220002,926,e2e,Asia/Vladivostok
79132220003,913,e2e|vip,Asia/Omsk
7913,913,e2e,Asia/Omsk
"""


def test_the_demo_ends_with_equal_counts(stack: LocalStack) -> None:
    output = stack.run("demo")
    assert output.count("PASS") == 8
    assert "FAIL" not in output
    assert "curl" in output


def test_a_filtered_mailing_reaches_only_its_audience(stack: LocalStack, admin: httpx.Client) -> None:
    imported = admin.post("client/import/", content=CLIENTS, headers={"Content-Type": "text/csv"}).json()
    assert imported["created"] == 3
    assert [each["line"] for each in imported["refused"]] == [5]
    before = _calls(stack)
    mailing = deliver(admin, {"tags": ["e2e"], "operator_codes": ["913"]})
    assert mailing["stats"]["total"] == mailing["stats"]["sent"] == 1
    after = _calls(stack)
    assert after["accepted_ids"] - before["accepted_ids"] == 1
    assert after["duplicates"] == before["duplicates"]


def test_the_report_is_mailed(stack: LocalStack) -> None:
    output = stack.run("report")
    assert "marketing@notifications.local" in output


def test_status_shows_all_servers_running(stack: LocalStack) -> None:
    output = stack.run("status")
    assert "not running" not in output
    assert stack.described()["api_url"] in output


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_calls_without_a_token_are_refused(anybody: httpx.Client, method: str) -> None:
    assert anybody.request(method, "client/").status_code == 401


def test_an_unknown_client_is_a_problem_document(admin: httpx.Client) -> None:
    answer = admin.get("client/79990000000/")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_client_is_created_changed_and_deleted(admin: httpx.Client) -> None:
    new = {"phone": "79995550001", "timezone": "Europe/Kiev", "tags": ["VIP"], "attributes": {"name": "Ann"}}
    assert admin.post("client/", json=new).status_code == 201
    found = admin.get("client/79995550001")
    assert found.json()["timezone"] == "Europe/Kyiv"
    changed = admin.patch("client/79995550001/", json={"tags": []}, headers={"If-Match": found.headers["ETag"]})
    assert changed.json()["updated_at"] > found.json()["updated_at"]
    assert changed.json() | {"updated_at": None, "opt_out": None} == found.json() | {"tags": [], "updated_at": None}
    stale = admin.delete("client/79995550001/", headers={"If-Match": found.headers["ETag"]})
    assert stale.status_code == 412
    assert admin.delete("client/79995550001/").status_code == 204
    assert admin.get("client/79995550001/").status_code == 404


def test_a_mailing_is_previewed_paused_cancelled_and_deleted(admin: httpx.Client) -> None:
    starts = datetime.now(UTC) + timedelta(hours=1)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(days=1)).isoformat()}
    new = {"text": "Hello", "filter": {"tags": []}} | times
    assert admin.post("mailing/preview/", json=new).json()["audience"] > 0
    key = {"Idempotency-Key": uuid4().hex}
    first, again = (admin.post("mailing/", json=new, headers=key).json()["id"] for _ in range(2))
    assert first == again
    assert admin.post(f"mailing/{first}/pause/").json()["status"] == "paused"
    assert admin.post(f"mailing/{first}/resume/").json()["status"] == "scheduled"
    assert admin.post(f"mailing/{first}/cancel/").json()["status"] == "cancelled"
    assert admin.delete(f"mailing/{first}/").status_code == 204
    assert admin.get("audit/", params={"kind": "mailing", "key": str(first)}).json()["items"][0]["action"] == "delete"


@pytest.mark.parametrize("path", ["tag", "statistic/", "client/export/", "audit"])
def test_an_admin_may_read_every_list(admin: httpx.Client, path: str) -> None:
    assert admin.get(path).status_code == 200


def _calls(stack: LocalStack) -> dict[str, int]:
    counts: dict[str, int] = httpx.get(f"{stack.described()['provider_url']}/stats").json()
    return counts
