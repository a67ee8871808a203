"""Records dead letters: stores them, fails their messages, and logs errors that an alarm watches."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from notifications import message_state
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger
from notifications.contracts.queue_message import QueueMessage
from notifications.contracts.reasons import PHRASES, Reason
from notifications.messages import dead_letters
from notifications.messages.dead_letters import DeadLetter
from notifications.texts.redaction import redact


def record_dead_letters(engine: Engine, records: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Store dead-lettered SQS records, and fail those of their messages that are still `queued`."""
    messages = {record["messageId"]: QueueMessage.of(record) for record in records}
    sent = {
        message.message_id: _sent_at(record)
        for record in records
        if (message := messages[record["messageId"]]) is not None
    }
    with engine.begin() as connection:
        failed = message_state.mark_dead_lettered(connection, sent, now=now)
        letters = [_letter(record, messages[record["messageId"]], failed) for record in records]
        dead_letters.store(connection, letters, now=now)
    add_metric(Metric.DEAD_LETTERS, len(records))
    for letter in letters:
        logger.error("dead letter", extra={"message_id": letter.message_id, "failed": letter.failed})


def _letter(record: dict[str, Any], message: QueueMessage | None, failed: set[int]) -> DeadLetter:
    message_id = message.message_id if message else None
    reason = Reason.DEAD_LETTER if message else Reason.UNREADABLE_RECORD
    return DeadLetter(
        record_id=record["messageId"],
        message_id=message_id,
        failed=message_id in failed,
        body=redact(record["body"]),
        reason=PHRASES[reason],
        reason_code=reason,
    )


def _sent_at(record: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)
