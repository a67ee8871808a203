"""The checks of a deployed stack, on one that works and on one whose provider refuses every message."""

from collections.abc import Iterator

import httpx
import pytest

from ops.verify.clients import COUNT, FIRST_PHONE, phones_from
from tests.support.e2e.local_stack import LocalStack


@pytest.fixture
def refusing_provider(stack: LocalStack) -> Iterator[None]:
    behaviour = f"{stack.described()['provider_url']}/behaviour"
    httpx.put(behaviour, json={"faults": [{"kind": "bad_request", "share": 1}]}).raise_for_status()
    yield
    httpx.put(behaviour, json={}).raise_for_status()


def left(admin: httpx.Client) -> dict[str, int]:
    """Return the numbers of what the checks make."""
    clients = [admin.get(f"client/{phone}/").status_code for phone in phones_from(FIRST_PHONE)]
    tags = admin.get("tag/", params={"search": "verify-"}).json()["items"]
    mailings = admin.get("mailing/").json()["items"]
    return {
        "clients": COUNT - clients.count(404),
        "tags": len(tags),
        "mailings": sum(each["text"].startswith("Check of the") for each in mailings),
    }


def test_a_working_stack_passes_every_check(stack: LocalStack, admin: httpx.Client) -> None:
    output = stack.run("verify")
    assert output.count("✓") == 13
    assert "All 13 checks have passed" in output
    assert left(admin) == {"clients": 0, "tags": 0, "mailings": 0}


@pytest.mark.usefixtures("refusing_provider")
def test_a_failed_check_is_named_and_what_it_made_is_deleted(stack: LocalStack, admin: httpx.Client) -> None:
    output = stack.run("verify", expected_code=1)
    assert "✗ Mailing sent to all ten" in output
    assert "0 of 10 messages were sent" in output
    assert "1 of 11 checks failed" in output
    assert left(admin) == {"clients": 0, "tags": 0, "mailings": 0}
