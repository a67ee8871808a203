"""Deploys `emulator.yaml`: the bucket and the export that `sam deploy` and `template.yaml` need on MiniStack."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from local.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

STACK_NAME = "notifications-local-emulator"
TEMPLATE = Path(__file__).with_name("emulator.yaml")
_POLL_SECONDS = 1


def deploy(settings: Settings) -> None:
    """Create the stack unless it exists. A MiniStack restarted on another port has lost it, so the port is current."""
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    with suppress(cloudformation.exceptions.AlreadyExistsException):
        cloudformation.create_stack(
            StackName=STACK_NAME,
            TemplateBody=TEMPLATE.read_text(),
            Parameters=[{"ParameterKey": "LocalPort", "ParameterValue": str(settings.ministack_port)}],
        )
    created = cloudformation.get_waiter("stack_create_complete")
    created.wait(StackName=STACK_NAME, WaiterConfig={"Delay": _POLL_SECONDS})
