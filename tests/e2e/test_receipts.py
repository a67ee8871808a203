"""Receipts on the whole stack: a signed call passes the gateway without a token, and the API shows the delivery."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.e2e.local_stack import LocalStack
from tests.support.functions.signing import SECRET, signed

TIMEOUT = timedelta(minutes=2)


def test_a_signed_receipt_is_shown_as_the_delivery(
    stack: LocalStack, admin: httpx.Client, anybody: httpx.Client
) -> None:
    sent = _sent(admin)
    assert sent["delivery"] is None
    body = json.dumps({"receipts": [{"id": sent["id"], "state": "delivered", "at": _now().isoformat()}]}).encode()
    secret = stack.described()["receipt_secret"]
    answer = anybody.post("receipt/http/", content=body, headers=signed(body, at=_now(), secret=secret))
    assert (answer.status_code, answer.json()) == (202, {"receipts": 1})
    assert _until(admin, sent["id"], lambda found: found["delivery"])["delivery"] == "delivered"


def test_a_call_that_is_not_signed_is_refused(anybody: httpx.Client) -> None:
    body = b'{"receipts": []}'
    for headers in ({}, signed(body, at=_now(), secret=SECRET)):
        answer = anybody.post("receipt/http/", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")


def _sent(admin: httpx.Client) -> dict[str, Any]:
    created = admin.post("mailing/test/", json={"phone": "79261234567", "text": "Hi"}).json()
    return _until(admin, created["id"], lambda found: found["status"] == "sent")


def _until(admin: httpx.Client, test_id: int, holds: Any) -> dict[str, Any]:
    deadline = _now() + TIMEOUT
    while _now() < deadline:
        found: dict[str, Any] = admin.get(f"mailing/test/{test_id}/").json()
        if holds(found):
            return found
        time.sleep(0.5)
    raise AssertionError(found)


def _now() -> datetime:
    return datetime.now(UTC)
