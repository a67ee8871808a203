"""What the functions logged about a mailing, a message or a client, out of everything they logged."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

type Line = dict[str, Any]

# What is on every line, or is said elsewhere.
_FRAME = frozenset(
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
    """Whose story it is: one of the three. A client's phone, masked as in logs, finds the API calls on it."""

    mailing: int | None = None
    message: int | None = None
    client: int | None = None
    phone: str = ""


def story(lines: Iterable[Line], subject: Subject) -> list[Line]:
    """The lines that are about the subject, in the order in which they were written.

    A message's story has what was done with its mailing as a whole, and a client's has those of its messages.
    """
    ordered = sorted(lines, key=lambda line: line["timestamp"])
    if subject.mailing is not None:
        return [line for line in ordered if line.get("mailing_id") == subject.mailing]
    own = [line for line in ordered if _is_own(line, subject)]
    messages = {line["message_id"] for line in own if "message_id" in line}
    mailings = {line["mailing_id"] for line in own if "mailing_id" in line}
    return [line for line in ordered if _is_own(line, subject) or _concerns(line, messages, mailings)]


def _is_own(line: Line, subject: Subject) -> bool:
    if subject.client is not None:
        return line.get("client_id") == subject.client or (
            subject.phone != "" and subject.phone in line.get("path", "")
        )
    return line.get("message_id") == subject.message or subject.message in _listed(line)


def _concerns(line: Line, messages: Collection[int], mailings: Collection[int]) -> bool:
    if listed := _listed(line):
        return not listed.isdisjoint(messages)
    return line.get("message_id") in messages or ("message_id" not in line and line.get("mailing_id") in mailings)


def _listed(line: Line) -> set[int]:
    return {*line.get("message_ids", ()), *line.get("left", ())}


def facts(line: Line) -> dict[str, Any]:
    """What a line says besides who wrote it and when; of many messages only how many."""
    told = {name: value for name, value in line.items() if name not in _FRAME and value not in (None, [], "")}
    return {name: len(value) if isinstance(value, list) else value for name, value in told.items()}
