"""State of the stack's AWS resources: dead-letter queue and alarms."""

from typing import TYPE_CHECKING, Any

import boto3

from ops import stack
from ops.verify.results import Failed
from ops.verify.target import Target

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_sqs import SQSClient


def require_no_dead_letters(target: Target) -> None:
    """Check that the dead-letter queue is empty."""
    sqs: SQSClient = boto3.client("sqs")
    answer = sqs.get_queue_attributes(QueueUrl=target.outputs["DeadLetterQueueUrl"], AttributeNames=["All"])
    found = answer["Attributes"]
    visible, hidden = found["ApproximateNumberOfMessages"], found["ApproximateNumberOfMessagesNotVisible"]
    if count := int(visible) + int(hidden):
        raise Failed(f"{count} messages are in the dead-letter queue. GET dead-letter/ lists those that are recorded")


def require_quiet_alarms(target: Target) -> int:
    """Check that no alarm is raised, and return the number of alarms."""
    cloudwatch: Any = boto3.client("cloudwatch")
    names = _alarms(stack.physical_id(target.stack_name, "Observability"))
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNames=names)
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
    if len(alarms) != len(names):
        raise Failed(f"{len(names) - len(alarms)} of the stack's {len(names)} alarms do not exist")
    if raised := [
        f"{each['AlarmDescription']}: {each['StateReason']}" for each in alarms if each["StateValue"] == "ALARM"
    ]:
        raise Failed("\n  ".join(raised))
    return len(alarms)


def _alarms(nested_stack: str) -> list[str]:
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=nested_stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return [each["PhysicalResourceId"] for each in resources if each["ResourceType"] == "AWS::CloudWatch::Alarm"]
