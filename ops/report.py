"""Sends today's report up to now by invoking the reporter of a stack."""

import json
from typing import TYPE_CHECKING

import boto3

from ops import stack
from ops.errors import ReportFailed

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def send(stack_name: str) -> str:
    """Invoke the reporter, which mails the report, and return the mail's id.

    Raises:
        ReportFailed: the reporter failed, and no mail was sent.
    """
    functions: LambdaClient = boto3.client("lambda")
    reporter = stack.outputs(stack_name)["ReporterFunctionName"]
    answer = functions.invoke(FunctionName=reporter, Payload=json.dumps({"source": "manual"}))
    body = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise ReportFailed(
            f"no report was sent, because the reporter failed: {body}. Read the log of {reporter}, then run this again"
        )
    return str(json.loads(body)["sent"])
