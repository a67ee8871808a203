"""The sender's entry: batches of message ids from SQS."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.observability import logger, metrics
from notifications.contracts.queue_message import read_batch
from notifications.database import sessions
from notifications.database.engine import engine
from sender import test_sends
from sender.delivery import CALLS_AT_ONCE, deliver
from sender.providers.base import Provider
from sender.providers.http import HttpProvider
from sender.providers.sns import SnsProvider, client_config
from sender.settings import settings

# Left for the statement that records the outcomes, and for its repetition.
RESERVE = timedelta(seconds=10)


@cache
def _loop() -> asyncio.Runner:
    """The one event loop of this instance: connections to the provider live as long as it does."""
    return asyncio.Runner()


@cache
def _provider() -> Provider:
    match settings().provider:
        case ProviderKind.SNS:
            return SnsProvider(boto3.client("sns", config=client_config(CALLS_AT_ONCE)), connections=CALLS_AT_ONCE)
        case ProviderKind.HTTP:
            return HttpProvider(
                str(settings().provider_url),
                read_token=settings().resolve_provider_token,
            )


def _now() -> datetime:
    return datetime.now(UTC)


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Deliver a batch. Only records that cannot be read are given back; the rest is accounted for in the database."""
    within = timedelta(milliseconds=context.get_remaining_time_in_millis()) - RESERVE
    ids, unreadable = read_batch(event["Records"])
    for record_id in unreadable:
        logger.error("a record cannot be read", extra={"record_id": record_id})
    messages, trials = test_sends.parted(ids)
    database = engine(settings().resolve_database_url(), sessions.SENDER)
    if messages:
        _loop().run(deliver(database, _provider(), messages, clock=_now, within=within))
    if trials:
        _loop().run(test_sends.deliver(database, _provider(), trials, clock=_now))
    return {"batchItemFailures": [{"itemIdentifier": record_id} for record_id in unreadable]}
