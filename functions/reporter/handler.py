"""The reporter's entry: by EventBridge Scheduler from the report's hour on, or by hand."""

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, metrics
from notifications.database import sessions
from notifications.database.engine import engine
from notifications.statistics.daily_figures import day_before
from reporter import ses
from reporter.daily import make_report, report_once
from reporter.mail import Mail, compose
from reporter.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


@cache
def _ses() -> "SESV2Client":
    # One try: a mail that SES took and did not acknowledge would come twice. The next run is the next try.
    config = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 1})
    client: SESV2Client = boto3.client("sesv2", config=config)
    return client


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, str]:
    """Mail the report of the day before, once; with `{"source": "manual"}` mail today's up to now, every time."""
    now, zone, admin_url = datetime.now(UTC), settings().timezone(), settings().admin_url
    language = settings().report_language
    database = engine(settings().resolve_database_url(), sessions.REPORTER)
    if event.get("source") == "manual":
        with database.connect() as connection:
            report = make_report(connection, now.astimezone(zone).date(), zone, admin_url=admin_url)
        return {"day": report.figures.day.isoformat(), "sent": _send(compose(report, language))}
    day = day_before(now, zone)
    message_id = report_once(database, day, zone, language=language, admin_url=admin_url, send=_send)
    add_metric(Metric.REPORT_SENT, 1)
    return {"day": day.isoformat(), "sent": message_id or "before"}


def _send(mail: Mail) -> str:
    message_id = ses.send(
        _ses(),
        mail,
        sender=settings().report_sender,
        recipients=settings().recipients(),
        configuration_set=settings().report_configuration_set,
    )
    logger.info("report sent", extra={"subject": mail.subject, "ses_message_id": message_id})
    return message_id
