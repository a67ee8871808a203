"""Sends the report of today up to now, by invoking a stack's reporter."""

import json
from typing import TYPE_CHECKING

import boto3

from ops import stack
from ops.errors import ReportFailed

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def send(stack_name: str) -> None:
    """Have the reporter send its mail, or raise ReportFailed."""
    functions: LambdaClient = boto3.client("lambda")
    reporter = stack.outputs(stack_name)["ReporterFunctionName"]
    answer = functions.invoke(FunctionName=reporter, Payload=json.dumps({"source": "manual"}))
    if answer.get("FunctionError"):
        raise ReportFailed(f"no report was sent, because the reporter failed: {answer['Payload'].read().decode()}")
