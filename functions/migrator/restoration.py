"""Prepares a restored database: holds sends, and repeats the erasures that came after the copy (docs/runbook.md)."""

from datetime import UTC
from typing import Any

from pydantic import AwareDatetime, BaseModel

from migrator.bootstrap import Collaborators
from notifications.clients.erasure import repetition
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, metrics
from notifications.events.audit import Author
from notifications.mailings import restore

_AUTHOR = Author(actor="", name="restore", role="", request_id="")


class Restored(BaseModel):
    """Event after a restore: the time of the backup from which the database was restored."""

    restored_from: AwareDatetime


def follow_restore(collaborators: Collaborators, restored: Restored) -> dict[str, Any]:
    """Hold sends that a restored database would repeat, and erase the people who were erased after its copy.

    Both are one transaction: if it fails, nothing has been done, and nothing may be sent.

    Returns:
        The mailings that were paused, the numbers of messages and of test sends that were held, and that of the people.
    """
    now, restored_from = collaborators.now(), restored.restored_from.astimezone(UTC)
    with collaborators.engine().begin() as connection:
        held = restore.hold_back(connection, restored_from=restored_from, now=now)
        entries = collaborators.erasure_journal.since(restored_from)
        erased = repetition.repeat(connection, entries, key=collaborators.erasure_key(), author=_AUTHOR, now=now)
    done = {**held._asdict(), "erased": erased}
    logger.warning("sends held and erasures repeated after a restore", extra=done)
    add_metric(Metric.UNKNOWN, held.unknown)
    metrics.flush_metrics()
    return done
