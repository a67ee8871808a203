"""Has the migrator hold back what a database restored from a copy would send a second time."""

import json
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from local.console import console
from local.deployment import sam
from local.settings import Settings
from local.stack.description import Stack
from tooling.errors import NotHeldBack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient

# Longer than the function has.
PATIENCE_SECONDS = 330


def restored(settings: Settings, at: str, stack: str | None) -> None:
    """Hold it back, and say what that was; NotHeldBack if that failed.

    Args:
        settings: the stack's on this machine.
        at: when the copy was made, as ISO 8601 with the offset from UTC.
        stack: one on AWS, instead of that on this machine.
    """
    if not stack:
        Stack.read(settings)
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    migrator = cloudformation.describe_stack_resource(
        StackName=stack or sam.STACK_NAME, LogicalResourceId="MigratorFunction"
    )["StackResourceDetail"]["PhysicalResourceId"]
    config = Config(read_timeout=PATIENCE_SECONDS, retries={"total_max_attempts": 1})
    functions: LambdaClient = boto3.client("lambda", config=config)
    answer = functions.invoke(FunctionName=migrator, Payload=json.dumps({"restored_from": at}))
    told = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise NotHeldBack(f"nothing was held back: {told}")
    held = json.loads(told)
    console.print(
        f"{len(held['mailings'])} mailings are paused {held['mailings']}, {held['unknown']} of their messages may have "
        f"been sent already, {held['trials']} test sends were given up; what to do: docs/runbook.md, Restore",
        soft_wrap=True,
    )
