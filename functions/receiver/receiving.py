"""Receives records of the queue of receipts. One that cannot be applied does not hold up the others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import batched, chain
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError

from notifications.contracts.observability import logger
from notifications.message_state.deliveries import Receipt, queue_bodies
from notifications.messages import receipts
from receiver import eum_events

# Most receipts of a transaction: few enough that senders wait for their locks for a moment only.
CHUNK_SIZE = 1_000

type Read = Mapping[str, Sequence[Receipt]]


def receive_records(engine: Engine, records: Sequence[dict[str, Any]], *, now: datetime) -> list[str]:
    """Apply the receipts of SQS records, and return the record ids of those that cannot be read or applied."""
    read, unreadable = _read(records)
    try:
        for chunk in batched(chain.from_iterable(read.values()), CHUNK_SIZE, strict=False):
            receipts.receive(engine, chunk, now=now)
    except (DataError, IntegrityError):
        logger.warning("a batch of receipts cannot be applied at once: its records are applied one by one")
        return unreadable + _apply_each(engine, read, now=now)
    return unreadable


def _read(records: Sequence[dict[str, Any]]) -> tuple[Read, list[str]]:
    read: dict[str, Sequence[Receipt]] = {}
    unreadable = []
    for record in records:
        try:
            read[record["messageId"]] = _receipts_in(record["body"])
        except ValidationError:
            logger.error("a queue record has no receipts", extra={"record_id": record["messageId"]})
            unreadable.append(record["messageId"])
    return read, unreadable


def _receipts_in(body: str) -> Sequence[Receipt]:
    """Return the receipts of a body: the API writes lists, and AWS End User Messaging objects."""
    return eum_events.read(body) if body.lstrip().startswith("{") else queue_bodies.read(body)


def _apply_each(engine: Engine, read: Read, *, now: datetime) -> list[str]:
    failed = []
    for record_id, own in read.items():
        try:
            receipts.receive(engine, own, now=now)
        except (DataError, IntegrityError):
            logger.exception("receipts cannot be applied", extra={"record_id": record_id})
            failed.append(record_id)
    return failed
