"""Entry point of the dispatcher: EventBridge Scheduler every minute, and the API at once after a change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from dispatcher.bootstrap import Collaborators, from_environment
from dispatcher.tick import tick
from notifications.clients.imports import importer_runs
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, metrics
from notifications.database import dispatcher_runs
from notifications.providers import health

# Time left for the running step when the tick must stop.
RESERVE = timedelta(seconds=15)

type Handler = Callable[[dict[str, Any], LambdaContext], None]


def build_handler(collaborators: Collaborators) -> Handler:
    """Build the handler of the events of the schedule and of changes."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: LambdaContext) -> None:
        """Run one tick within the invocation's time."""
        is_scheduled = event != dispatcher_runs.CHANGE_EVENT
        _run(collaborators, context, is_scheduled=is_scheduled)
        # Ticks by changes would hide that the schedule has stopped.
        add_metric(Metric.TICKS, int(is_scheduled))

    return handler


def _run(collaborators: Collaborators, context: LambdaContext, *, is_scheduled: bool) -> None:
    now = collaborators.now
    until = now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - RESERVE
    engine, catalog = collaborators.engine(), collaborators.catalog()
    with engine.begin() as connection:
        dispatcher_runs.unmark(connection)
        if catalog.error is None:
            # The state of a former provider would hold back the release of messages.
            health.keep_configured(connection, [spec.name for spec in catalog.specs], now=now())
        is_importer_needed = is_scheduled and importer_runs.is_needed(connection, now=now())
    if is_importer_needed:
        collaborators.start_importer()
    tick(
        engine,
        collaborators.queue(),
        clock=now,
        until=until,
        waiting=dispatcher_runs.Waiting(
            engine=engine,
            clock=now,
            run=context.aws_request_id,
            is_scheduled=is_scheduled,
            sleep=collaborators.wait,
        ),
        limits=collaborators.limits(),
        retention=collaborators.retention(),
        requires_consent=collaborators.requires_consent(),
        receipt_check=collaborators.receipt_check(),
    )


handler = build_handler(from_environment())
