"""Entry point of the importer: the API when an import is started, and the dispatcher when a run has ended early."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from importer.bootstrap import Collaborators, from_environment
from notifications.contracts.observability import logger, metrics
from notifications.jobs import runner

# Time left for the running part when the function must stop. Longer than its longest statement.
RESERVE = timedelta(seconds=90)

type Handler = Callable[[dict[str, Any], LambdaContext], None]


def build_handler(collaborators: Collaborators) -> Handler:
    """Build the handler of an invocation, whatever its event."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(_: dict[str, Any], context: LambdaContext) -> None:
        """Work on the imports that have been started. The dispatcher starts another run for what is left."""
        now = collaborators.now
        until = now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - RESERVE
        parts = 0
        while now() < until and runner.run_next(collaborators.engine(), collaborators.kinds(), now=now()) is not None:
            parts += 1
        logger.info("importer has run", extra={"parts": parts})

    return handler


handler = build_handler(from_environment())
