"""Watch over operators: an operator that delivers less than before is logged, and its fall is a metric.

The share of undeliverable messages among those sent in the last hours that have a receipt is compared with the share
in the days before. CloudWatch bills a metric for each dimension, so one metric has the fall of the worst operator.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, text

from notifications.contracts.enumerations import Delivery
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger

RECENT = timedelta(hours=6)
BEFORE = timedelta(days=7)
# Fewer messages with a receipt, recently or before, say nothing of an operator.
LEAST_MESSAGES = 100
# Fall in percentage points that is logged: the threshold of the alarm `DeliveryRate`.
LOGGED_FALL = 10.0

_WORST = text("""
    WITH counted AS (
        SELECT operator_code, hour >= :recent AS is_recent, sum(n) AS messages,
               COALESCE(sum(n) FILTER (WHERE state = :undeliverable), 0) AS undeliverable
        FROM operator_delivery WHERE hour >= :first GROUP BY operator_code, is_recent
        HAVING sum(n) >= :least
    )
    SELECT operator_code, recent.messages, CAST(100 * recent.undeliverable / recent.messages AS float) AS share,
           CAST(100 * before.undeliverable / before.messages AS float) AS share_before
    FROM counted AS recent JOIN counted AS before USING (operator_code)
    WHERE recent.is_recent AND NOT before.is_recent
    ORDER BY recent.undeliverable / recent.messages - before.undeliverable / before.messages DESC, operator_code
    LIMIT 1
""")
_FORGET = text("DELETE FROM operator_delivery WHERE hour < :first")


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
    values = {
        "recent": recent,
        "first": recent - BEFORE,
        "least": LEAST_MESSAGES,
        "undeliverable": Delivery.UNDELIVERABLE,
    }
    row = connection.execute(_WORST, values).one_or_none()
    return None if row is None else OperatorFall(row.operator_code, int(row.messages), row.share, row.share_before)


def watch(engine: Engine, *, now: datetime) -> None:
    """Emit the fall of the worst operator, log it if it is large, and forget the hours that are compared no more."""
    with engine.begin() as connection:
        connection.execute(_FORGET, {"first": now - RECENT - BEFORE})
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
