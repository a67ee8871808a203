"""Filters the functions' log lines by one mailing, one message or one client."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

type Line = dict[str, Any]

# Fields that every line has, or that are printed at another place.
_COMMON_FIELDS = frozenset(
    {
        "level",
        "location",
        "message",
        "timestamp",
        "service",
        "cold_start",
        "function_name",
        "function_request_id",
        "request_id",
        "exception",
        "xray_trace_id",
    }
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Id of the mailing, message or client to find log lines about; exactly one is set.

    Attributes:
        phone: phone of the client, masked as in the logs; used to find API calls by their path.
    """

    mailing: int | None = None
    message: int | None = None
    client: int | None = None
    phone: str = ""


def matching(lines: Iterable[Line], subject: Subject) -> list[Line]:
    """Return the lines about the subject, oldest first.

    Lines about a message include the lines about its whole mailing; lines about a client include the lines about the
    client's messages.
    """
    ordered = sorted(lines, key=lambda line: line["timestamp"])
    if subject.mailing is not None:
        return [line for line in ordered if line.get("mailing_id") == subject.mailing]
    own = [line for line in ordered if _mentions(line, subject)]
    messages = {line["message_id"] for line in own if "message_id" in line}
    mailings = {line["mailing_id"] for line in own if "mailing_id" in line}
    return [line for line in ordered if _mentions(line, subject) or _is_about(line, messages, mailings)]


def _mentions(line: Line, subject: Subject) -> bool:
    if subject.client is not None:
        return line.get("client_id") == subject.client or (
            subject.phone != "" and subject.phone in line.get("path", "")
        )
    return line.get("message_id") == subject.message or subject.message in _batch_ids(line)


def _is_about(line: Line, messages: Collection[int], mailings: Collection[int]) -> bool:
    if batch := _batch_ids(line):
        return not batch.isdisjoint(messages)
    return line.get("message_id") in messages or ("message_id" not in line and line.get("mailing_id") in mailings)


def _batch_ids(line: Line) -> set[int]:
    return {*line.get("message_ids", ()), *line.get("left", ())}


def fields(line: Line) -> dict[str, Any]:
    """Return the line's fields without common and empty ones, and with the length of a list in place of the list."""
    own = {name: value for name, value in line.items() if name not in _COMMON_FIELDS and value not in (None, [], "")}
    return {name: len(value) if isinstance(value, list) else value for name, value in own.items()}
