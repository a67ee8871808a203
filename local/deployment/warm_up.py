"""Starts instances of a function in advance: on two processors the first imports of four senders take seconds."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def warm_up(function: str, *, instances: int) -> None:
    """Start instances of a function that reads a queue, by invoking it with an empty batch so many times at once."""
    client: LambdaClient = boto3.client("lambda", config=Config(max_pool_connections=instances, read_timeout=120))
    with ThreadPoolExecutor(instances) as pool:
        for _ in range(instances):
            pool.submit(client.invoke, FunctionName=function, Payload=b'{"Records": []}')
