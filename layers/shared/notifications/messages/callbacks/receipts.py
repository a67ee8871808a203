"""Receipts of providers: applied in batches, logged and counted. Those of unknown messages wait for a day."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger
from notifications.message_state import deliveries
from notifications.message_state.deliveries import Applied, Receipt, early_receipts, receipt_checks
from notifications.message_state.deliveries.receipt_checks import Check


def receive(engine: Engine, receipts: Sequence[Receipt], *, now: datetime) -> None:
    """Apply receipts in one transaction, and keep those of unknown messages."""
    with engine.begin() as connection:
        applied = deliveries.apply(connection, receipts, now=now)
        early_receipts.keep(connection, applied.unknown, now=now)
    _log(receipts, applied)
    add_metric(Metric.RECEIPTS_UNKNOWN, len(applied.unknown))


def apply_kept(engine: Engine, *, now: datetime, at_most: int) -> None:
    """Apply kept receipts whose messages are known by now, and drop those that are too old."""
    with engine.begin() as connection:
        receipts, applied = early_receipts.apply_kept(connection, now=now, at_most=at_most)
        dropped = early_receipts.drop_old(connection, now=now, at_most=at_most)
    if receipts:
        _log(receipts, applied)
    if dropped:
        logger.warning("receipts dropped: no message has their id", extra={"receipts": dropped})


def check_missing(engine: Engine, check: Check, *, now: datetime) -> None:
    """Mark a chunk of the messages whose receipts have not come in time as unconfirmed."""
    with engine.begin() as connection:
        of_mailing = receipt_checks.check_mailing(connection, check, now=now)
    with engine.begin() as connection:
        outside = receipt_checks.check_outside_mailings(connection, check, now=now)
    if marked := of_mailing + outside:
        logger.warning("no receipt came for messages", extra={"messages": marked})


def _log(receipts: Sequence[Receipt], applied: Applied) -> None:
    unknown = set(applied.unknown)
    known = [each for each in receipts if each not in unknown]
    add_metric(Metric.RECEIPTS_APPLIED, len(known))
    logger.info(
        "receipts applied",
        extra={
            "message_ids": sorted({each.message_id for each in known}),
            "unknown_message_ids": sorted({each.message_id for each in unknown}),
            "deliveries": applied.deliveries,
            "settled": applied.settled,
        },
    )
