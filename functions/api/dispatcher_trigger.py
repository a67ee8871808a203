"""Waking the dispatcher, so that a change of a mailing does not wait for the next tick."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from api import request_context
from api.settings import settings
from notifications.contracts.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


@cache
def _lambda() -> "LambdaClient":
    config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
    client: LambdaClient = boto3.client("lambda", config=config)
    return client


def wake_dispatcher() -> None:
    """Start a tick now, without waiting for it. When that fails the tick of the next minute does the work."""
    try:
        _lambda().invoke(FunctionName=settings().dispatcher_function_name, InvocationType="Event", Payload=b"{}")
    except (BotoCoreError, ClientError):
        logger.exception("the dispatcher could not be woken")


def wake_after_commit() -> None:
    """Start a tick once the transaction of this call has taken effect."""
    request_context.after_commit(wake_dispatcher)
