"""Entry point of the dead-letter function: batches from the dead-letter queue."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from dead_letters.bootstrap import Collaborators, from_environment
from dead_letters.recording import record_dead_letters
from notifications.contracts.observability import logger, metrics

type Handler = Callable[[dict[str, Any], LambdaContext], None]


def build_handler(collaborators: Collaborators) -> Handler:
    """Build the handler of a batch's event."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], _: LambdaContext) -> None:
        """Mark a batch of dead letters as failed and log the reason."""
        record_dead_letters(collaborators.engine(), event["Records"], now=collaborators.now())

    return handler


handler = build_handler(from_environment())
