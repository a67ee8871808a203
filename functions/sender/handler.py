"""The sender's entry: batches of message ids from SQS."""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from notifications.database import engine
from notifications.observability import logger, metrics
from sender.delivery import deliver
from sender.providers.http import HttpProvider
from sender.settings import settings

# SQS gives no larger batch to a function than its event source mapping says, and that stays below this.
CALLS_AT_ONCE = 100


@cache
def _loop() -> asyncio.Runner:
    """The one event loop of this instance: connections to the provider live as long as it does."""
    return asyncio.Runner()


@cache
def _provider() -> HttpProvider:
    return HttpProvider(
        str(settings().provider_url), token=settings().resolve_provider_token, connections=CALLS_AT_ONCE
    )


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Deliver a batch. Only records that cannot be read are given back; the rest is accounted for in the database."""
    ids, unreadable = read_records(event["Records"])
    if ids:
        database = engine(settings().resolve_database_url())
        _loop().run(deliver(database, _provider(), ids, clock=lambda: datetime.now(UTC)))
    return {"batchItemFailures": [{"itemIdentifier": record_id} for record_id in unreadable]}


def read_records(records: Iterable[dict[str, Any]]) -> tuple[list[int], list[str]]:
    """The message ids in SQS records, and the record ids of those that cannot be read."""
    ids, unreadable = [], []
    for record in records:
        try:
            ids.append(int(json.loads(record["body"])["message_id"]))
        except (ValueError, KeyError, TypeError):
            logger.error("a record cannot be read", extra={"record_id": record["messageId"]})
            unreadable.append(record["messageId"])
    return ids, unreadable
