"""Sends today's report and shows the mail."""

from typing import Any

import httpx

from local.deployment.sam import STACK_NAME
from local.settings import Settings
from local.stack.description import Stack
from ops import report
from ops.errors import ReportFailed
from tooling.console import console


def show(settings: Settings) -> None:
    """Send today's report and print the mail."""
    stack = Stack.read(settings)
    report.send(STACK_NAME)
    mail = _newest(stack.mail_url)
    console.print(f"[bold]{mail['Subject']}[/]\nto {', '.join(mail['To'])}\n")
    console.print(mail["BodyText"], markup=False)
    console.print(f"\nAll mails, as JSON: {stack.mail_url}", soft_wrap=True)


def _newest(mail_url: str) -> dict[str, Any]:
    by_account = httpx.get(mail_url).raise_for_status().json()["messages"]
    mails = [mail for account in by_account.values() for mail in account]
    if not mails:
        raise ReportFailed(f"the reporter has run, but no mail is at {mail_url}. Look for errors in .local/logs")
    return max(mails, key=lambda mail: float(mail["Timestamp"]))
