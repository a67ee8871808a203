"""Runs of the importer: started by the API, and again by the dispatcher when a run has ended before its import."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import Connection, exists, select

from notifications.contracts.enumerations import OPEN_JOB_STATUSES, JobKind
from notifications.contracts.observability import logger
from notifications.database.tables import job

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# Payload of an invocation, for its log: the importer works on whatever import waits.
START_EVENT = {"source": "notifications.import"}
# Longest time between two chunks of a running importer. After it, the import has no importer.
STALLED_TIME = timedelta(minutes=1)

_PAYLOAD = json.dumps(START_EVENT).encode()


def start(client: Callable[[], "LambdaClient"], function_name: str) -> None:
    """Start a run of the importer without waiting for it. A failure is only logged: the dispatcher starts another run.

    Args:
        client: returns the Lambda client.
        function_name: name of the importer.
    """
    try:
        client().invoke(FunctionName=function_name, InvocationType="Event", Payload=_PAYLOAD)
    except (BotoCoreError, ClientError):
        logger.exception("Could not start the importer. The dispatcher starts it within two minutes.")


def is_needed(connection: Connection, *, now: datetime) -> bool:
    """Return True if an import waits for its next chunk and no importer works on it."""
    is_open = job.c.status.in_(OPEN_JOB_STATUSES) & (job.c.kind == JobKind.IMPORT)
    is_free = job.c.lease_until.is_(None) | (job.c.lease_until <= now)
    stalled = exists().where(is_open, is_free, job.c.turn_at <= now - STALLED_TIME)
    return bool(connection.execute(select(stalled)).scalar_one())
