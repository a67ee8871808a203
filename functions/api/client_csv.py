"""Clients in CSV: `phone,operator_code,tags,timezone`, tags split by `;` or `|`."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.schemas import Refused
from notifications import contacts
from notifications.clients import NewClient
from notifications.errors import InvalidInput

REQUIRED_COLUMNS = frozenset({"phone", "timezone"})
COLUMNS = REQUIRED_COLUMNS | {"operator_code", "tags"}


@dataclass(frozen=True, slots=True)
class ParsedClients:
    """The rows of a file that can be stored, and those that cannot with their line and reason."""

    clients: list[NewClient] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def parse_clients(body: str) -> ParsedClients:
    """Read a CSV file with a header. A row that is not valid is refused by itself; a phone counts once.

    Raises:
        InvalidInput: there is no header, or it lacks a column or names an unknown one.
    """
    reader = csv.DictReader(body.removeprefix("\ufeff").splitlines(), strict=True)
    _check_header(list(reader.fieldnames or []))
    parsed, seen = ParsedClients(), dict[str, int]()
    for row in reader:
        try:
            new = _client(row, seen)
        except InvalidInput as error:
            parsed.refused.append(Refused(line=reader.line_num, reason=str(error)))
        else:
            seen[new.phone] = reader.line_num
            parsed.clients.append(new)
    return parsed


def _check_header(columns: list[str]) -> None:
    if missing := REQUIRED_COLUMNS - set(columns):
        raise InvalidInput("header", f"lacks {', '.join(sorted(missing))}")
    if unknown := set(columns) - COLUMNS:
        raise InvalidInput("header", f"has unknown columns: {', '.join(sorted(unknown))}")


def _client(row: dict[str, str], seen: Mapping[str, int]) -> NewClient:
    if None in row or None in row.values():
        raise InvalidInput("row", "has not as many fields as the header")
    phone = contacts.parse_phone(row["phone"].strip())
    if phone in seen:
        raise InvalidInput("phone", f"stands in line {seen[phone]} already")
    code = row.get("operator_code", "").strip()
    names = (name.strip() for name in re.split("[;|]", row.get("tags", "")))
    return NewClient(
        phone=phone,
        operator_code=contacts.parse_operator_code(code) if code else contacts.operator_code_of(phone),
        timezone=contacts.canonical_timezone(row["timezone"].strip()),
        tags=[contacts.parse_tag(name) for name in names if name],
    )
