"""Starts the functions before they are needed: on two processors the first import of four senders takes seconds."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def warm(function: str, *, instances: int) -> None:
    """Start so many instances of a function of the queue's, by a batch without records."""
    client: LambdaClient = boto3.client("lambda", config=Config(max_pool_connections=instances, read_timeout=120))
    with ThreadPoolExecutor(instances) as pool:
        for _ in range(instances):
            pool.submit(client.invoke, FunctionName=function, Payload=b'{"Records": []}')
