"""Fall of operators' delivery rates: the worst is a metric, and logged with its operator code if it is large.

The share of undeliverable messages among those sent in the last hours that have a receipt is compared with the share
in the days before. CloudWatch bills a metric for each dimension, so no operator has a metric of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger
from notifications.database import statements

RECENT = timedelta(hours=6)
BEFORE = timedelta(days=7)
# An operator with fewer messages with a receipt, recently or before, is not compared.
LEAST_MESSAGES = 100
# Fall in percentage points that is logged: the threshold of the alarm `DeliveryRate`.
LOGGED_FALL = 10.0

_WORST = statements.load(Path(__file__).with_suffix(".sql"))
_DELETE = text("DELETE FROM operator_delivery WHERE hour < :first")


@dataclass(frozen=True, slots=True)
class OperatorFall:
    """Undeliverable messages of an operator, in percent of those with a receipt.

    Attributes:
        messages: number of messages with a receipt that were sent in the last hours.
        share, share_before: percentage in the last hours, and in the days before.
    """

    operator_code: str
    messages: int
    share: float
    share_before: float

    @property
    def points(self) -> float:
        """Return the fall of the delivery rate in percentage points, 0 if it has not fallen."""
        return max(self.share - self.share_before, 0.0)


def find_worst(connection: Connection, *, now: datetime) -> OperatorFall | None:
    """Return the operator whose delivery rate has fallen most, or None without enough messages to compare."""
    recent = now - RECENT
    values = {"recent": recent, "first": recent - BEFORE, "least": LEAST_MESSAGES}
    row = connection.execute(_WORST, values).one_or_none()
    return None if row is None else OperatorFall(row.operator_code, int(row.messages), row.share, row.share_before)


def watch(engine: Engine, *, now: datetime) -> None:
    """Emit the worst operator's fall, log it if it is large, and delete the counts of hours no longer compared."""
    with engine.begin() as connection:
        connection.execute(_DELETE, {"first": now - RECENT - BEFORE})
        worst = find_worst(connection, now=now)
    if worst is None:
        return
    add_metric(Metric.DELIVERY_RATE_FALL, worst.points)
    if worst.points >= LOGGED_FALL:
        logger.warning(
            "an operator delivers fewer messages than before",
            extra={
                "operator_code": worst.operator_code,
                "receipts": worst.messages,
                "undeliverable_percent": round(worst.share, 1),
                "undeliverable_percent_before": round(worst.share_before, 1),
            },
        )
