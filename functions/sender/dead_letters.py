"""What even the queue could not deliver: counted as failed, and logged as an error that an alarm sees."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from notifications import lifecycle
from notifications.database import engine
from notifications.observability import logger, metrics
from notifications.settings import DatabaseSettings
from sender.handler import read_records

REASON = "the queue gave it up: the sender crashed, timed out or had no database, five times over"


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: LambdaContext) -> None:
    """Fail the messages of a batch from the dead-letter queue, unless something else has become of them."""
    ids, _unreadable = read_records(event["Records"])
    database = engine(DatabaseSettings().resolve_database_url())
    with database.begin() as connection:
        failed = lifecycle.bury(connection, ids, now=datetime.now(UTC), reason=REASON)
    metrics.add_metric("DeadLetters", MetricUnit.Count, len(event["Records"]))
    for message_id in ids:
        logger.error("dead letter", extra={"message_id": message_id, "failed": message_id in failed})
