"""What even the queue could not deliver: counted as failed, listed, and logged as an error that an alarm sees."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from sqlalchemy import Engine

from notifications import message_state
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, metrics
from notifications.contracts.queue_message import message_id_of
from notifications.contracts.reasons import PHRASES, Reason
from notifications.contracts.settings import DatabaseSettings
from notifications.database import sessions
from notifications.database.engine import engine
from notifications.messages import dead_letters
from notifications.messages.dead_letters import DeadLetter
from notifications.texts.redaction import fit


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: LambdaContext) -> None:
    """Take a batch from the dead-letter queue."""
    database = engine(DatabaseSettings().resolve_database_url(), sessions.DEAD_LETTERS)
    bury(database, event["Records"], now=datetime.now(UTC))


def bury(engine: Engine, records: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Keep an account of records that were given up, and fail their messages unless something else became of them."""
    ids = {record["messageId"]: message_id_of(record) for record in records}
    sent = {message_id: _sent_at(record) for record in records if (message_id := ids[record["messageId"]]) is not None}
    with engine.begin() as connection:
        failed = message_state.mark_dead_lettered(connection, sent, now=now)
        letters = [_letter(record, ids[record["messageId"]], failed) for record in records]
        dead_letters.keep(connection, letters, now=now)
    add_metric(Metric.DEAD_LETTERS, len(records))
    for letter in letters:
        logger.error("dead letter", extra={"message_id": letter.message_id, "failed": letter.failed})


def _letter(record: dict[str, Any], message_id: int | None, failed: set[int]) -> DeadLetter:
    reason = Reason.UNREADABLE_RECORD if message_id is None else Reason.DEAD_LETTER
    return DeadLetter(
        record_id=record["messageId"],
        message_id=message_id,
        failed=message_id in failed,
        body=fit(record["body"]),
        reason=PHRASES[reason],
        reason_code=reason,
    )


def _sent_at(record: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)
