"""Entry point of the receiver: batches from the queue of receipts and replies."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from notifications.contracts.observability import logger, metrics
from receiver.bootstrap import Collaborators, from_environment
from receiver.receiving import receive_records

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def build_handler(collaborators: Collaborators) -> Handler:
    """Build the handler of a batch's event."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
        """Apply a batch of receipts and replies, and return records that cannot be applied to the queue."""
        failed = receive_records(
            collaborators.engine(), event["Records"], rules=collaborators.rules, now=collaborators.now()
        )
        return {"batchItemFailures": [{"itemIdentifier": record_id} for record_id in failed]}

    return handler


handler = build_handler(from_environment())
