"""Watches a mailing until nothing of it is left, with a live bar."""

import time
from datetime import timedelta
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from local.console import console
from local.demo.api import Api, Mailing, Stats
from tooling.errors import NotReconciled

POLL = timedelta(seconds=0.25)
# Longer than two of the dispatcher's minutes, in which it puts right what was lost on the way.
LONGEST_STANDSTILL = timedelta(minutes=3)
COLUMNS = (
    "{task.fields[sent]} sent",
    "{task.fields[failed]} failed",
    "{task.fields[left]} left",
    "{task.fields[rate]:.0f}/s",
)


def watch(api: Api, mailing: Mailing) -> Mailing:
    """Show how it goes until the mailing is done; one that stands still is NotReconciled."""
    started = changed = time.monotonic()
    with Progress(BarColumn(), *map(TextColumn, COLUMNS), TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("", **_fields(mailing.stats, 0))
        while not mailing.is_done:
            time.sleep(POLL.total_seconds())
            before, mailing = mailing, api.mailing(mailing.id)
            now = time.monotonic()
            changed = now if mailing.stats != before.stats else changed
            if now - changed > LONGEST_STANDSTILL.total_seconds():
                raise NotReconciled(f"mailing {mailing.id} stands still: {mailing.stats.model_dump()}")
            progress.update(task, **_fields(mailing.stats, now - started))
    return mailing


def _fields(stats: Stats, seconds: float) -> dict[str, Any]:
    return {
        # Without a total the bar says that something is under way.
        "total": stats.total or None,
        "completed": stats.total - stats.left,
        "sent": stats.sent,
        "failed": stats.failed,
        "left": stats.left,
        "rate": stats.sent / seconds if seconds else 0,
    }
