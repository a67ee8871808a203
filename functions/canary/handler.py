"""Entry point of the canary function: EventBridge Scheduler every 15 minutes."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from canary.bootstrap import Collaborators, from_environment
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, metrics
from notifications.messages import canaries

type Handler = Callable[[dict[str, Any], LambdaContext], None]


def build_handler(collaborators: Collaborators) -> Handler:
    """Build the handler of a schedule's event."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(_: dict[str, Any], __: LambdaContext) -> None:
        """Create the next canary, and measure for how long none has been sent."""
        now = collaborators.now()
        with collaborators.engine().begin() as connection:
            canaries.forget(connection, now=now)
            silence = canaries.measure_silence(connection, now=now)
            message_id = canaries.create(connection, phone=collaborators.phone(), now=now)
        add_metric(Metric.CANARY_SILENCE, silence.total_seconds())
        logger.info("canary created", extra={"message_id": message_id, "silence_seconds": silence.total_seconds()})

    return handler


handler = build_handler(from_environment())
