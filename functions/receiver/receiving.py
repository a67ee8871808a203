"""Receives records of the queue of callbacks. One that cannot be applied does not hold up the others."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import batched, chain
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError

from notifications.contracts.observability import logger
from notifications.messages.callbacks import queue_bodies, receipts, replies
from notifications.messages.callbacks.queue_bodies import Body
from notifications.messages.callbacks.replies import Rules

# Most receipts or replies of a transaction: few enough that senders wait for their locks for a moment only.
CHUNK_SIZE = 1_000

type Read = Mapping[str, Body]


def receive_records(
    engine: Engine, records: Sequence[dict[str, Any]], *, rules: Callable[[], Rules], now: datetime
) -> list[str]:
    """Apply the receipts and replies of SQS records, and return the record ids of those that cannot be read or applied.

    Args:
        rules: returns the rules of replies.
    """
    read, unreadable = _read(records)
    apply = partial(_apply, engine, rules=rules, now=now)
    try:
        apply(list(read.values()))
    except (DataError, IntegrityError):
        logger.warning("a batch of callbacks cannot be applied at once: its records are applied one by one")
        return unreadable + _apply_each(read, apply)
    return unreadable


def _apply(engine: Engine, bodies: Sequence[Body], *, rules: Callable[[], Rules], now: datetime) -> None:
    for chunk in batched(chain.from_iterable(body.receipts for body in bodies), CHUNK_SIZE, strict=False):
        receipts.receive(engine, chunk, now=now)
    for part in batched(chain.from_iterable(body.replies for body in bodies), CHUNK_SIZE, strict=False):
        replies.receive(engine, part, rules(), now=now)


def _apply_each(read: Read, apply: Callable[[Sequence[Body]], None]) -> list[str]:
    failed = []
    for record_id, body in read.items():
        try:
            apply([body])
        except (DataError, IntegrityError):
            logger.exception("callbacks cannot be applied", extra={"record_id": record_id})
            failed.append(record_id)
    return failed


def _read(records: Sequence[dict[str, Any]]) -> tuple[Read, list[str]]:
    read: dict[str, Body] = {}
    unreadable = []
    for record in records:
        try:
            read[record["messageId"]] = queue_bodies.read(record["body"])
        except ValidationError:
            logger.error("a queue record has no callbacks", extra={"record_id": record["messageId"]})
            unreadable.append(record["messageId"])
    return read, unreadable
