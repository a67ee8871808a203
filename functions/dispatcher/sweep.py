"""Sweep: reopen what waits for its window, expire what has passed its end, bring back what got stuck, finish."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from aws_lambda_powertools.metrics import MetricUnit
from sqlalchemy import Engine, select

from dispatcher.release import running
from notifications import lifecycle, mailings, planning
from notifications.observability import logger, metrics
from notifications.tables import mailing

# Small enough that other work gets at the rows in between.
CHUNK_MESSAGES = 5_000


def cancel_stopped(engine: Engine, *, now: datetime) -> int:
    """Cancel the waiting messages of cancelled mailings. Gives how many."""
    with engine.connect() as connection:
        ids = mailings.cancelled_with_open(connection)
    return sum(_in_chunks(engine, partial(lifecycle.cancel, mailing_id=each, now=now)) for each in ids)


def expire_over(engine: Engine, *, now: datetime) -> int:
    """Expire the waiting messages of the mailings whose end has come. Gives how many."""
    with engine.connect() as connection:
        over = connection.execute(
            select(mailing.c.id).where(mailing.c.status.in_(("running", "paused")), mailing.c.ends_at <= now)
        )
        ids = over.scalars().all()
    expired = sum(_in_chunks(engine, partial(lifecycle.expire, mailing_id=each, now=now)) for each in ids)
    metrics.add_metric("Expired", MetricUnit.Count, expired)
    return expired


def _in_chunks(engine: Engine, change: Callable[..., int]) -> int:
    total = 0
    while True:
        with engine.begin() as connection:
            n = change(connection, at_most=CHUNK_MESSAGES)
        total += n
        if n < CHUNK_MESSAGES:
            return total


def sweep_stuck(engine: Engine, *, now: datetime) -> int:
    """Bring back messages that the queue lost or whose worker died. Gives how many."""
    with engine.begin() as connection:
        swept = lifecycle.sweep(connection, now=now, at_most=CHUNK_MESSAGES)
    for status, name in (("unknown", "Unknown"), ("failed", "Failed")):
        metrics.add_metric(name, MetricUnit.Count, swept.get(status, 0))
    return sum(swept.values())


def reopen_closed(engine: Engine, *, now: datetime) -> int:
    """Give messages whose window closed before they left their next open stretch. Gives how many."""
    with engine.connect() as connection:
        ids = running(connection)
    total = 0
    for mailing_id in ids:
        with engine.begin() as connection:
            total += planning.reopen(connection, mailing_id, now=now)
    return total


def finish_done(engine: Engine, *, now: datetime) -> None:
    """Finish the mailings with nothing left to do."""
    with engine.begin() as connection:
        for mailing_id in mailings.finish(connection, running(connection), now=now):
            logger.info("mailing finished", extra={"mailing_id": mailing_id})
