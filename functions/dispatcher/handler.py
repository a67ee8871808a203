"""Entry point of the dispatcher: EventBridge Scheduler every minute, and the API at once after a change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from dispatcher.bootstrap import Collaborators, from_environment
from dispatcher.tick import tick
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, metrics
from notifications.providers import health

# Time left for the running step when the tick must stop.
RESERVE = timedelta(seconds=15)

type Handler = Callable[[dict[str, Any], LambdaContext], None]


def build_handler(collaborators: Collaborators) -> Handler:
    """Build the handler of a schedule's event."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(_: dict[str, Any], context: LambdaContext) -> None:
        """Run one tick within the invocation's time."""
        now = collaborators.now
        until = now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - RESERVE
        engine = collaborators.engine()
        # The state of a former provider would hold back messages until a sender calls the new one.
        with engine.begin() as connection:
            health.drop_other_state(connection, collaborators.provider().name, now=now())
        tick(
            engine,
            collaborators.queue(),
            clock=now,
            until=until,
            wait=collaborators.wait,
            job_retention=collaborators.job_retention(),
        )
        add_metric(Metric.TICKS, 1)

    return handler


handler = build_handler(from_environment())
