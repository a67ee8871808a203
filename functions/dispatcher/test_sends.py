"""Trials: put texts that somebody wants to try onto the queue, before anything else."""

from sqlalchemy import Engine

from dispatcher.sqs_queue import Clock, Departure, Queue
from notifications.contracts.observability import logger
from notifications.messages import test_sends

# No mailing's: trials are a group of their own on the queue.
NO_MAILING = 0


def release(engine: Engine, queue: Queue, *, clock: Clock) -> None:
    """Put out all trials that wait."""
    now = clock()
    with engine.begin() as connection:
        ids = test_sends.release(connection, now=now)
    if not ids:
        return
    refused = queue.send([Departure(each, NO_MAILING, now) for each in ids], clock=clock).refused()
    with engine.begin() as connection:
        test_sends.put_back(connection, refused, now=clock())
    logger.info("test sends released", extra={"test_ids": list(ids), "refused": refused})
