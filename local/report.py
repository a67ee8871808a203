"""Has the reporter send its mail now, and shows it."""

import json
from typing import TYPE_CHECKING, Any

import boto3
import httpx

from local.console import console
from local.deployment import sam
from local.settings import Settings
from local.stack.description import Stack
from tooling.errors import ReportFailed

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def report(settings: Settings) -> None:
    """Ask for today's report, and print the mail that came of it."""
    stack = Stack.read(settings)
    functions: LambdaClient = boto3.client("lambda")
    answer = functions.invoke(
        FunctionName=sam.outputs()["ReporterFunctionName"], Payload=json.dumps({"source": "manual"})
    )
    if answer.get("FunctionError"):
        raise ReportFailed(f"the reporter failed: {answer['Payload'].read().decode()}")
    mail = _newest(stack.mail_url)
    console.print(f"[bold]{mail['Subject']}[/]\nto {', '.join(mail['To'])}\n")
    console.print(mail["BodyText"], markup=False)
    console.print(f"\nAll mails, as JSON: {stack.mail_url}", soft_wrap=True)


def _newest(mail_url: str) -> dict[str, Any]:
    by_account = httpx.get(mail_url).raise_for_status().json()["messages"]
    mails = [mail for account in by_account.values() for mail in account]
    if not mails:
        raise ReportFailed("the reporter sent no mail")
    return max(mails, key=lambda mail: float(mail["Timestamp"]))
