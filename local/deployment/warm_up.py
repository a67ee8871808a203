"""Starts instances of a function in advance, because the first imports of four senders take seconds."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def warm_up(function: str, *, instances: int) -> None:
    """Start instances of a queue's function by invoking it that many times at once with an empty batch."""
    client: LambdaClient = boto3.client("lambda", config=Config(max_pool_connections=instances, read_timeout=120))
    with ThreadPoolExecutor(instances) as pool:
        for _ in range(instances):
            pool.submit(client.invoke, FunctionName=function, Payload=b'{"Records": []}')
