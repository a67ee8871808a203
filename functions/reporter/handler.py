"""Entry point of the reporter: by EventBridge Scheduler from the report's hour on, or by hand."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, metrics
from notifications.statistics.daily_figures import day_before
from reporter.bootstrap import Collaborators, from_environment

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, str]]


def build_handler(collaborators: Collaborators) -> Handler:
    """Build the handler of a schedule's event."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, str]:
        """Mail yesterday's report once; with `{"source": "manual"}` mail today's so far, every time."""
        reporter, now = collaborators.reporter(), collaborators.now()
        if event.get("source") == "manual":
            day = now.astimezone(reporter.zone).date()
            return {"day": day.isoformat(), "sent": reporter.report_so_far(day)}
        day = day_before(now, reporter.zone)
        message_id = reporter.report_once(day)
        add_metric(Metric.REPORT_SENT, 1)
        return {"day": day.isoformat(), "sent": message_id or "before"}

    return handler


handler = build_handler(from_environment())
