"""Executes the reviewed change set, and waits until CloudFormation has ended."""

import time
from collections.abc import Callable
from itertools import takewhile
from typing import TYPE_CHECKING

from ops.errors import ChangeSetFailed

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef, StackTypeDef

POLL_SECONDS = 5
_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
# Reasons of resources that CloudFormation gives up because another one has failed.
_CONSEQUENCES = ("Resource creation cancelled", "Resource update cancelled")


def execute(
    cloudformation: "CloudFormationClient", arn: str, *, pause: Callable[[], None] = lambda: time.sleep(POLL_SECONDS)
) -> str:
    """Execute the change set with this ARN unless that was done already, and wait until its stack is up to date.

    Args:
        cloudformation: the client.
        arn: the change set's ARN.
        pause: waits before the stack is looked at again.

    Returns:
        The stack's name.

    Raises:
        ChangeSetFailed: the change set is gone or obsolete, or the stack did not reach its new state.
    """
    stack_id, status = _reviewed(cloudformation, arn)
    if status == "AVAILABLE":
        cloudformation.execute_change_set(ChangeSetName=arn)
    elif status not in {"EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE"}:
        raise ChangeSetFailed(
            f"the change set is {status.lower()}, because the stack has changed since the review or the change set "
            f"failed: {arn}. Create and review a new one: make changeset"
        )
    return _wait(cloudformation, stack_id, pause)


def _reviewed(cloudformation: "CloudFormationClient", arn: str) -> tuple[str, str]:
    """Return the id of the change set's stack, and the change set's execution status."""
    try:
        described = cloudformation.describe_change_set(ChangeSetName=arn)
    except cloudformation.exceptions.ChangeSetNotFoundException as error:
        raise ChangeSetFailed(
            f"the change set is gone, because another one was executed since the review: {arn}. "
            "Create and review a new one: make changeset"
        ) from error
    return described["StackId"], described["ExecutionStatus"]


def _wait(cloudformation: "CloudFormationClient", stack_id: str, pause: Callable[[], None]) -> str:
    stack = _stack(cloudformation, stack_id)
    while stack["StackStatus"].endswith("_IN_PROGRESS"):
        pause()
        stack = _stack(cloudformation, stack_id)
    if stack["StackStatus"] not in _DONE:
        raise ChangeSetFailed(
            f"{stack['StackName']} is {stack['StackStatus']}. {_causes(cloudformation, stack_id)}"
            "See the stack's events and docs/runbook.md, Deploy"
        )
    return stack["StackName"]


def _stack(cloudformation: "CloudFormationClient", stack_id: str) -> "StackTypeDef":
    return cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]


def _causes(cloudformation: "CloudFormationClient", stack_id: str) -> str:
    """Return the reasons of the resources that failed in the last operation, earliest first."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    newest_first = (event for page in pages for event in page["StackEvents"])
    operation = takewhile(lambda event: not _begins_operation(event, stack_id), newest_first)
    failed = [each for each in operation if each["ResourceStatus"].endswith("_FAILED")]
    reasons = [(each["LogicalResourceId"], each.get("ResourceStatusReason", "")) for each in failed]
    return "".join(f"{name}: {why}. " for name, why in reversed(reasons) if why not in _CONSEQUENCES)


def _begins_operation(event: "StackEventTypeDef", stack_id: str) -> bool:
    own = event["PhysicalResourceId"] == stack_id
    return own and event["ResourceStatus"] in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}
