"""Starts the dispatcher at once, so that a changed mailing does not wait for the next tick."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from notifications.contracts.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def lambda_client() -> "LambdaClient":
    """Make a Lambda client with short timeouts, since the caller of the API is waiting."""
    config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
    client: LambdaClient = boto3.client("lambda", config=config)
    return client


def trigger_dispatcher(client: "LambdaClient", function_name: str) -> None:
    """Start a tick without waiting for it. A failure is only logged, since the next tick starts within a minute."""
    try:
        client.invoke(FunctionName=function_name, InvocationType="Event", Payload=b"{}")
    except (BotoCoreError, ClientError):
        logger.exception("Could not trigger the dispatcher. Its next tick, within a minute, does the work.")
