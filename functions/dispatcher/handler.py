"""The dispatcher's entry: every minute by EventBridge Scheduler, and at once when the API has changed a mailing."""

import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from dispatcher.settings import settings
from dispatcher.sqs_queue import CONNECTIONS, Queue
from dispatcher.tick import tick
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, metrics
from notifications.database import sessions
from notifications.database.engine import engine

# Left for the step that is under way when the time is up.
RESERVE = timedelta(seconds=15)
# Long enough to be no load on the database, short enough for the queue not to run empty.
WAIT_SECONDS = 0.2


@cache
def _queue() -> Queue:
    # With both turns under way a queue that is silent costs less than RESERVE.
    retries: Any = {"total_max_attempts": 2, "mode": "standard"}
    config = Config(max_pool_connections=CONNECTIONS, connect_timeout=2, read_timeout=3, retries=retries)
    return Queue(boto3.client("sqs", config=config), settings().queue_url)


def _now() -> datetime:
    return datetime.now(UTC)


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(_: dict[str, Any], context: LambdaContext) -> None:
    """Run one tick within the invocation's time."""
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    database = engine(settings().resolve_database_url(), sessions.DISPATCHER)
    until = _now() + remaining - RESERVE
    tick(database, _queue(), clock=_now, until=until, wait=lambda: time.sleep(WAIT_SECONDS))
    add_metric(Metric.TICKS, 1)
