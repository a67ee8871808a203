"""The demo's mailing: created over the REST API, and shown by a progress bar until it has ended."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from local.errors import ApiError, NotReconciled
from notifications.contracts.enumerations import OPEN_STATUSES, MessageStatus
from tooling.console import console

TEXT = "Hello from the demo"
POLL_SECONDS = 0.25
# Longer than two ticks of the dispatcher, which repair lost queue messages.
STALL_TIMEOUT = timedelta(minutes=3)
COUNTS_COLUMN = TextColumn("{task.fields[sent]} sent  {task.fields[failed]} failed  {task.fields[rate]:.0f}/s")


def call(api: httpx.Client, method: str, path: str, **request: Any) -> Any:
    """Call the REST API and return its JSON, or raise ApiError."""
    answer = api.request(method, path, **request)
    if answer.is_error:
        raise ApiError(f"{method} {path} was answered with {answer.status_code}: {answer.text}")
    return answer.json()


def create(api: httpx.Client) -> int:
    """Create a mailing to all clients that starts now and ends in a day, and return its id."""
    now = datetime.now(UTC)
    times = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(days=1)).isoformat()}
    body = {"text": TEXT, "filter": {"tags": [], "operator_codes": []}} | times
    return int(call(api, "POST", "mailing/", json=body, headers={"Idempotency-Key": str(uuid4())})["id"])


def watch(api: httpx.Client, mailing_id: int) -> Counter[str]:
    """Show the mailing's progress until all of its messages have an outcome.

    Returns:
        The numbers of messages by status, and `total`.

    Raises:
        NotReconciled: the mailing makes no progress.
    """
    stats, left, started = Counter[str](), 1, time.monotonic()
    changed = started
    with Progress(BarColumn(), MofNCompleteColumn(), COUNTS_COLUMN, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("", total=None, sent=0, failed=0, rate=0)
        while left or not stats["total"]:
            time.sleep(POLL_SECONDS)
            before, stats = stats, Counter(call(api, "GET", f"mailing/{mailing_id}/")["stats"])
            left, now = sum(stats[status] for status in OPEN_STATUSES), time.monotonic()
            changed = now if stats != before else changed
            if now - changed > STALL_TIMEOUT.total_seconds():
                raise NotReconciled(
                    f"mailing {mailing_id} has made no progress for {STALL_TIMEOUT}: {dict(stats)}. "
                    f"Look for the cause with: make logs MAILING={mailing_id}"
                )
            total, sent, failed = stats["total"], stats[MessageStatus.SENT], stats[MessageStatus.FAILED]
            progress.update(task, completed=total - left, sent=sent, failed=failed, rate=sent / (now - started))
            # Without a total the bar is indeterminate.
            progress.update(task, total=total or None)
    return stats
