"""Tells the story of a mailing, a message or a client from the functions' logs, as CloudWatch keeps them."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
from rich.markup import escape
from sqlalchemy import text

from local.console import console
from local.deployment.sam import STACK_NAME
from local.settings import Settings
from local.stack.description import Stack
from notifications.database.engine import engine
from ops.log_filter import Line, Subject, facts, story
from tooling.errors import BadSetting

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

PHONE_DIGITS = 11
LEVELS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}


def logs(
    settings: Settings, *, mailing: int | None = None, message: int | None = None, client: int | None = None
) -> None:
    """Show what was logged about one of them, in order. A client may be given by its phone."""
    if [mailing, message, client].count(None) != len(("message", "client")):
        raise BadSetting("whose story? make logs MAILING=7, make logs MESSAGE=42 or make logs CLIENT=79261234567")
    stack = Stack.read(settings)
    phone = ""
    if client is not None and len(str(client)) == PHONE_DIGITS:
        phone, client = _masked(str(client)), _client_id(stack.database_url, str(client))
    found = story(_lines(), Subject(mailing, message, client, phone))
    for line in found:
        _show(line)
    if not found:
        console.print("nothing was logged about it; the logs go back to the start of MiniStack")


def _masked(phone: str) -> str:
    """A phone as the functions log it."""
    return f"{phone[:4]}*****{phone[-2:]}"


def _client_id(database_url: str, phone: str) -> int:
    with engine(database_url).connect() as connection:
        found = connection.execute(text("SELECT id FROM client WHERE phone = :phone"), {"phone": phone})
        client_id = found.scalar_one_or_none()
    if client_id is None:
        raise BadSetting(f"there is no client {phone}")
    return int(client_id)


def _lines() -> Iterator[Line]:
    client: CloudWatchLogsClient = boto3.client("logs")
    groups = client.get_paginator("describe_log_groups").paginate()
    names = [group["logGroupName"] for page in groups for group in page["logGroups"]]
    for name in names:
        if STACK_NAME not in name:
            continue
        for page in client.get_paginator("filter_log_events").paginate(logGroupName=name):
            for event in page["events"]:
                yield from _parsed(event["message"])


def _parsed(text: str) -> Iterator[Line]:
    """The line, if it is one of the logger's and not one of Lambda's own or of metrics."""
    try:
        line = json.loads(text)
    except ValueError:
        return
    if isinstance(line, dict) and "timestamp" in line and "message" in line:
        yield line


def _show(line: Line) -> None:
    told = "  ".join(f"[dim]{name}[/]={escape(str(value))}" for name, value in facts(line).items())
    colour = LEVELS.get(line["level"], "bold")
    what = f"[{colour}]{escape(str(line['message'])):<22}[/]"
    console.print(f"[dim]{line['timestamp']}[/]  [cyan]{line['service']:<12}[/] {what} {told}", soft_wrap=True)
    if error := line.get("exception"):
        console.print(f"[red]{escape(str(error))}[/]", soft_wrap=True)
