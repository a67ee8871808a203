"""Lookups in a deployed CloudFormation stack."""

from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


def outputs(stack: str) -> dict[str, str]:
    """Return the outputs of a stack, by key."""
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}


def parameters(stack: str) -> dict[str, str]:
    """Return the parameters of a stack, by key."""
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return {each["ParameterKey"]: each["ParameterValue"] for each in described.get("Parameters", [])}


def status(stack: str) -> str:
    """Return the status of a stack, such as UPDATE_COMPLETE."""
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    return cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]


def physical_ids(stack: str) -> dict[str, str]:
    """Return the physical ids of all resources of the stack's template, by logical id."""
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources if "PhysicalResourceId" in each}


def physical_id(stack: str, logical_id: str) -> str:
    """Return the physical id of a resource of the stack's template."""
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    resource = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    return resource["StackResourceDetail"]["PhysicalResourceId"]
