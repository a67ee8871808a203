"""Asynchronous invocations of the functions that do long work."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def lambda_client() -> "LambdaClient":
    """Make a Lambda client with short timeouts, since the caller of the API or the tick is waiting."""
    config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
    client: LambdaClient = boto3.client("lambda", config=config)
    return client
