"""Entry point of the sender: batches of message ids from SQS."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from notifications.contracts.observability import logger, metrics
from notifications.contracts.queue_message import read_batch
from sender.bootstrap import Collaborators, from_environment
from sender.recording import RECORDING_TIME

# Time left for recording the outcomes and for what follows.
RESERVE = RECORDING_TIME + timedelta(seconds=5)

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def build_handler(collaborators: Collaborators) -> Handler:
    """Build the handler of a batch's event."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Deliver a batch, and return unreadable records to the queue. The database keeps the state of the others."""
        within = timedelta(milliseconds=context.get_remaining_time_in_millis()) - RESERVE
        ids, unreadable = read_batch(event["Records"])
        for record_id in unreadable:
            logger.error("a queue record is not a valid message", extra={"record_id": record_id})
        if ids:
            collaborators.runner.run(collaborators.sender().deliver(ids, within=within))
        return {"batchItemFailures": [{"itemIdentifier": record_id} for record_id in unreadable]}

    return handler


handler = build_handler(from_environment())
