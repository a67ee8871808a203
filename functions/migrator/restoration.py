"""Holds queued sends of a restored database until an operator decides (docs/runbook.md)."""

from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import Engine

from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, metrics
from notifications.mailings import restore


class Restored(BaseModel):
    """Event after a restore: the time of the backup from which the database was restored."""

    restored_from: AwareDatetime


def hold_back(engine: Engine, restored: Restored, *, now: datetime) -> dict[str, Any]:
    """Hold sends that a restored database would repeat.

    Returns:
        The mailings that were paused, and the numbers of messages and of test sends that were held.
    """
    with engine.begin() as connection:
        held = restore.hold_back(connection, restored_from=restored.restored_from.astimezone(UTC), now=now)
    logger.warning("sends held after a restore", extra=held._asdict())
    add_metric(Metric.UNKNOWN, held.unknown)
    metrics.flush_metrics()
    return held._asdict()
