"""Prints the functions' log lines about one mailing, one message or one client, read from CloudWatch."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
from rich.console import Console
from rich.markup import escape

from ops.logs.filter import Line, Subject, fields, matching

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

COLOURS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def add_subject(parser: ArgumentParser) -> None:
    """Add the options that name the subject, of which exactly one is required."""
    options = parser.add_mutually_exclusive_group(required=True)
    for name, example in (("mailing", 7), ("message", 42), ("client", 3)):
        options.add_argument(f"--{name}", type=int, metavar="ID", help=f"make logs {name.upper()}={example}")


def show(stack_name: str, subject: Subject, *, since: datetime = EPOCH) -> None:
    """Print the lines about the subject, oldest first.

    Args:
        stack_name: the stack; the logs of all its functions are read.
        subject: the mailing, message or client.
        since: how far back to read.
    """
    console = Console(highlight=False)
    found = matching(_lines(stack_name, since), subject)
    for line in found:
        _print(console, line)
    if not found:
        console.print("No log line found. Check the id; log groups delete lines after their retention period.")


def _lines(stack_name: str, since: datetime) -> Iterator[Line]:
    client: CloudWatchLogsClient = boto3.client("logs")
    groups = client.get_paginator("describe_log_groups").paginate()
    names = [group["logGroupName"] for page in groups for group in page["logGroups"]]
    for name in names:
        if stack_name not in name:
            continue
        events = client.get_paginator("filter_log_events")
        for page in events.paginate(logGroupName=name, startTime=int(since.timestamp() * 1000)):
            for event in page["events"]:
                yield from _parsed(event["message"])


def _parsed(text: str) -> Iterator[Line]:
    """Yield the line if a function's logger wrote it; skip Lambda's own lines and metrics."""
    try:
        line = json.loads(text)
    except ValueError:
        return
    if isinstance(line, dict) and "timestamp" in line and "message" in line:
        yield line


def _print(console: Console, line: Line) -> None:
    values = "  ".join(f"[dim]{name}[/]={escape(str(value))}" for name, value in fields(line).items())
    colour = COLOURS.get(line["level"], "bold")
    message = f"[{colour}]{escape(str(line['message'])):<22}[/]"
    console.print(f"[dim]{line['timestamp']}[/]  [cyan]{line['service']:<12}[/] {message} {values}", soft_wrap=True)
    if error := line.get("exception"):
        console.print(f"[red]{escape(str(error))}[/]", soft_wrap=True)
