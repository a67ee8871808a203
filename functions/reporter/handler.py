"""The reporter's entry: once a day by EventBridge Scheduler, or by hand."""

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from notifications.database import engine
from notifications.observability import logger
from notifications.tables import report as report_table
from reporter.mail import compose, send
from reporter.report import day_before, make_report
from reporter.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


@cache
def _ses() -> "SESV2Client":
    client: SESV2Client = boto3.client("sesv2")
    return client


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, str]:
    """Mail the report of the day before, once; with `{"source": "manual"}` mail today's up to now, every time."""
    now, zone = datetime.now(UTC), settings().timezone()
    manual = event.get("source") == "manual"
    day = now.astimezone(zone).date() if manual else day_before(now, zone)
    with engine(settings().resolve_database_url()).begin() as connection:
        if not manual and not _first_of(connection, day.isoformat()):
            return {"day": day.isoformat(), "sent": "before"}
        mail = compose(make_report(connection, day, zone), settings().report_language)
        # Inside the transaction: a mail that SES refuses leaves the day to be reported by the next try.
        message_id = send(_ses(), mail, sender=settings().report_sender, recipients=settings().recipients())
    logger.info("report sent", extra={"day": day.isoformat(), "ses_message_id": message_id})
    return {"day": day.isoformat(), "sent": message_id}


def _first_of(connection: Connection, day: str) -> bool:
    taken = insert(report_table).values(day=day).on_conflict_do_nothing().returning(report_table.c.day)
    return connection.execute(taken).one_or_none() is not None
