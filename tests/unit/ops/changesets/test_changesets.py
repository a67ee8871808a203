"""Review and execution of a change set, with a fake CloudFormation."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.changesets import execution, review
from ops.errors import ChangeSetFailed

ARN = "arn:aws:cloudformation:eu-central-1:123456789012:changeSet/samcli-deploy1/1"
STACK_ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/notifications-prod/1"

type Answer = dict[str, Any]


class ChangeSetNotFoundError(Exception):
    """CloudFormation's error for a deleted change set."""


class Exceptions:
    ChangeSetNotFoundException = ChangeSetNotFoundError


class CloudFormation:
    """One stack that passes through statuses, and one change set."""

    exceptions = Exceptions

    def __init__(self, *statuses: str, execution_status: str | None = "AVAILABLE") -> None:
        self.statuses = list(statuses)
        self.execution_status = execution_status
        self.executed: list[str] = []
        self.changes: list[Answer] = []
        self.events: list[Answer] = []

    def describe_change_set(self, *, ChangeSetName: str) -> Answer:  # noqa: N803 - boto3's name
        if self.execution_status is None:
            raise ChangeSetNotFoundError(ChangeSetName)
        return {"StackId": STACK_ID, "ExecutionStatus": self.execution_status}

    def execute_change_set(self, *, ChangeSetName: str) -> None:  # noqa: N803 - boto3's name
        self.executed.append(ChangeSetName)

    def describe_stacks(self, *, StackName: str) -> Answer:  # noqa: N803 - boto3's name
        assert StackName == STACK_ID
        return {"Stacks": [{"StackName": "notifications-prod", "StackStatus": self.statuses[0]}]}

    def get_paginator(self, operation: str) -> "Pages":
        return Pages(
            [{"Changes": [each]} for each in self.changes]
            if operation == "describe_change_set"
            else [{"StackEvents": [each]} for each in self.events]
        )


class Pages(list[Answer]):
    """Pages of an answer, one item on each."""

    def paginate(self, **_: str) -> Iterator[Answer]:
        return iter(self)


def execute(cloudformation: CloudFormation) -> str:
    """Execute the change set; each pause ends one status of the stack."""

    def pause() -> None:
        cloudformation.statuses.pop(0)

    client: Any = cloudformation
    return execution.execute(client, ARN, pause=pause)


def event(resource: str, status: str, reason: str = "", physical_id: str = "") -> Answer:
    return {
        "LogicalResourceId": resource,
        "PhysicalResourceId": physical_id,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def test_exactly_the_reviewed_change_set_is_executed() -> None:
    aws = CloudFormation("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE")
    assert execute(aws) == "notifications-prod"
    assert aws.executed == [ARN]
    assert aws.statuses == ["UPDATE_COMPLETE"]


def test_a_new_stack_leaves_its_review() -> None:
    aws = CloudFormation("REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    assert execute(aws) == "notifications-prod"


@pytest.mark.parametrize("status", ["EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE"])
def test_a_repeated_job_does_not_execute_twice(status: str) -> None:
    aws = CloudFormation("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", execution_status=status)
    assert execute(aws) == "notifications-prod"
    assert not aws.executed


@pytest.mark.parametrize("status", ["OBSOLETE", "UNAVAILABLE", "EXECUTE_FAILED", None])
def test_a_change_set_that_no_longer_fits_is_refused(status: str | None) -> None:
    aws = CloudFormation("UPDATE_COMPLETE", execution_status=status)
    with pytest.raises(ChangeSetFailed, match="Create and review a new one: make changeset"):
        execute(aws)
    assert not aws.executed


def test_a_failed_deployment_names_its_causes() -> None:
    aws = CloudFormation("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
    aws.events = [
        event("Queue", "UPDATE_FAILED", "Resource update cancelled"),
        event("Schema", "UPDATE_FAILED", "Unfinished"),
        event("notifications-prod", "UPDATE_IN_PROGRESS", "User Initiated", STACK_ID),
        event("Api", "UPDATE_FAILED", "of an earlier deployment"),
    ]
    with pytest.raises(ChangeSetFailed) as caught:
        execute(aws)
    assert str(caught.value).startswith("notifications-prod is UPDATE_ROLLBACK_COMPLETE. Schema: Unfinished. See")


def test_the_reviewer_sees_deletions_and_replacements_first() -> None:
    aws = CloudFormation()
    aws.changes = [
        change("Add", "Canary", "AWS::Scheduler::Schedule"),
        change("Modify", "ApiFunction", "AWS::Lambda::Function", "False", "Code", "Environment"),
        change("Modify", "Queue", "AWS::SQS::Queue", "True", "QueueName"),
        change("Remove", "Key", "AWS::KMS::Key"),
        {"Type": "Hook"},
    ]
    client: Any = aws
    heading, *lines = review.summary(client, ARN).splitlines()
    assert heading == f"Change set {ARN}"
    assert [line.split() for line in lines] == [
        ["delete", "Key", "AWS::KMS::Key"],
        ["replace", "Queue", "AWS::SQS::Queue", "QueueName"],
        ["modify", "ApiFunction", "AWS::Lambda::Function", "Code,", "Environment"],
        ["add", "Canary", "AWS::Scheduler::Schedule"],
    ]


def change(action: str, resource: str, kind: str, replacement: str = "", *properties: str) -> Answer:
    details = [{"Target": {"Attribute": "Properties", "Name": name}} for name in properties]
    return {
        "ResourceChange": {
            "Action": action,
            "LogicalResourceId": resource,
            "ResourceType": kind,
            "Details": details,
            **({"Replacement": replacement} if replacement else {}),
        }
    }


@pytest.mark.parametrize(
    ("result", "arn"),
    [({"status": "changeset_created", "changeset_id": ARN}, ARN), ({"status": "no_changes", "message": "None"}, None)],
)
def test_the_review_keeps_what_sam_created(tmp_path: Path, result: Answer, arn: str | None) -> None:
    output, artifact = tmp_path / "output", tmp_path / "new" / "changeset.json"
    output.write_text(f"no JSON\n{json.dumps({'type': 'result', **result})}\n\n")
    assert review.keep(output, artifact) == arn
    assert review.kept(artifact) == arn


def test_an_empty_change_set_is_no_failure() -> None:
    client: Any = CloudFormation()
    assert review.summary(client, None) == "No changes: the stack is up to date"


@pytest.mark.parametrize(
    ("output", "cause"),
    [
        ('{"type": "result", "status": "failure", "error": {"message": "no such bucket"}}', "no such bucket"),
        ('{"type": "changeset"}\n"result"', "ends without a result"),
        ("", "ends without a result"),
    ],
)
def test_a_review_without_a_change_set_fails(tmp_path: Path, output: str, cause: str) -> None:
    file, artifact = tmp_path / "output", tmp_path / "changeset.json"
    file.write_text(output)
    artifact.write_text(json.dumps({"arn": ARN}))
    with pytest.raises(ChangeSetFailed, match=cause):
        review.keep(file, artifact)
    assert not artifact.exists()


@pytest.mark.parametrize("content", [None, "", "{}", "[]"])
def test_nothing_is_executed_without_a_review(tmp_path: Path, content: str | None) -> None:
    artifact = tmp_path / "changeset.json"
    if content is not None:
        artifact.write_text(content)
    with pytest.raises(ChangeSetFailed, match="Create one with: make changeset"):
        review.kept(artifact)
