"""Mailings of a running stack, created over the REST API."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

DELIVERY_TIMEOUT = timedelta(minutes=2)


def deliver(admin: httpx.Client, audience: dict[str, list[str]]) -> dict[str, Any]:
    """Send a mailing to the clients of a filter now, and return it when each message has an outcome."""
    now = datetime.now(UTC)
    times = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(days=1)).isoformat()}
    new = {"text": "Hello", "filter": audience} | times
    created = admin.post("mailing/", json=new, headers={"Idempotency-Key": str(uuid4())})
    assert created.status_code == 201
    deadline = time.monotonic() + DELIVERY_TIMEOUT.total_seconds()
    while time.monotonic() < deadline:
        mailing: dict[str, Any] = admin.get(f"mailing/{created.json()['id']}/").json()
        stats = mailing["stats"]
        if stats["total"] and not stats["pending"] + stats["queued"] + stats["sending"]:
            return mailing
        time.sleep(0.25)
    raise AssertionError(f"not delivered in {DELIVERY_TIMEOUT}: {mailing}")
