"""Reads clients from CSV: a column for each field, such as `phone`, and one for each attribute.

Tags are separated by `;` or `|`. The apostrophe is removed that an export puts in front of a cell that a spreadsheet
would run as a formula. Attributes keep their types (`attribute_cells`).
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from notifications.clients.attributes.values import parse_attribute_name, parse_attributes
from notifications.clients.client import MAX_CONSENT_SOURCE_LENGTH, NewClient, require_whole_consent
from notifications.clients.imports.attribute_cells import read_cell
from notifications.clients.imports.csv_rows import CsvRow, cells, find_separator, fit, names_of, read_rows
from notifications.clients.imports.parsed_clients import ParsedClients
from notifications.clients.phones import parse_operator_code, parse_phone
from notifications.clients.tags.names import MAX_TAGS, parse_tag
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.schedules.moments import parse_moment, require_past
from notifications.schedules.time_zones import canonical_timezone
from notifications.texts.storable import require_storable

COLUMNS = ("phone", "operator_code", "tags", "timezone", "consent_at", "consent_source")
REQUIRED_COLUMNS = frozenset({"phone", "timezone"})

# Most rows of a file that one call imports: they take half of its time. A larger file is imported by a job.
MAX_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of one file.

    Attributes:
        country: country whose national writing of phones is accepted as well.
        default_timezone: time zone of new clients for whom the file has none; None if their rows are refused.
        now: time after which no consent was given.
    """

    country: str | None
    default_timezone: str | None
    now: datetime

    @property
    def required_columns(self) -> frozenset[str]:
        """Return the columns that the file must have."""
        return REQUIRED_COLUMNS if self.default_timezone is None else REQUIRED_COLUMNS - {"timezone"}


@dataclass(frozen=True, slots=True)
class Header:
    """Header of a file, with which its rows are parsed.

    Attributes:
        columns: names of all columns.
    """

    columns: Sequence[str]

    @classmethod
    def of(cls, row: CsvRow | None, rules: Rules) -> Self:
        """Return the header of a file's first row, None for an empty file.

        Raises:
            InvalidInput: the header is missing, lacks a column or has an invalid one.
        """
        return cls(_columns(names_of(row), rules))

    @property
    def given(self) -> list[str]:
        """Return the columns without phone and time zone, whose values every client has."""
        return [name for name in self.columns if name not in REQUIRED_COLUMNS]

    def parser(self, rules: Rules) -> Callable[[CsvRow], NewClient | InvalidInput]:
        """Return a function that returns the client of a row, or the reason why the row is refused.

        Raises:
            InvalidInput: the whole file is refused: the row is longer than the header, or has a quote that is not
                closed.
        """
        own = [name for name in self.columns if name not in COLUMNS]
        width, phone = len(self.columns), self.columns.index("phone")

        def parse(row: CsvRow) -> NewClient | InvalidInput:
            fields = fit(row, width, phone=phone)
            try:
                return _client(self.columns, own, fields, rules)
            except InvalidInput as error:
                return error

        return parse


def parse_clients(body: str, rules: Rules) -> ParsedClients:
    """Parse a CSV file with a header. Invalid rows are refused; of valid rows with the same phone, the last one wins.

    Raises:
        InvalidInput: the header is missing, lacks a column or has an invalid one, a quote is not closed, a row is
            longer than the header, the file has more than `MAX_ROWS` rows, or more than `MAX_REFUSED_ROWS` are invalid.
    """
    # Not `splitlines`, which also splits at characters that end no line of a CSV file.
    separator, lines, line = find_separator(io.StringIO(body, newline=""))
    rows = read_rows(lines, separator, line=line)
    header = Header.of(next(rows, None), rules)
    parsed, parse, phone = ParsedClients(header.given), header.parser(rules), header.columns.index("phone")
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise InvalidInput("body", ProblemCode.CSV_TOO_MANY_ROWS, max_rows=MAX_ROWS)
        match parse(row):
            case InvalidInput() as error:
                parsed.refuse(row.line, error)
            case new:
                parsed.add(row.line, row.fields[phone].strip(), new)
    return parsed


def _columns(named: Sequence[str], rules: Rules) -> list[str]:
    if missing := rules.required_columns.difference(map(str.lower, named)):
        raise InvalidInput("header", ProblemCode.CSV_COLUMNS_MISSING, columns=sorted(missing))
    columns = [_column(name, named) for name in named]
    if len(set(columns)) < len(columns):
        raise InvalidInput("header", ProblemCode.CSV_COLUMN_TWICE)
    if "consent_source" in columns and "consent_at" not in columns:
        raise InvalidInput("header", ProblemCode.CSV_COLUMNS_MISSING, columns=["consent_at"])
    return columns


def _column(name: str, named: Sequence[str]) -> str:
    # With a column `tags`, one called `Tags` is an attribute.
    column = name.lower()
    is_own = column in COLUMNS and (name == column or column not in named)
    return column if is_own else _attribute(name)


def _attribute(name: str) -> str:
    try:
        return parse_attribute_name(name)
    except InvalidInput as error:
        raise error.at("header") from None


def _client(columns: Sequence[str], own: Sequence[str], fields: Sequence[str], rules: Rules) -> NewClient:
    row = cells(columns, fields)
    code = row.get("operator_code", "").strip()
    zone = row.get("timezone", "").strip()
    has_default_timezone = not zone and rules.default_timezone is not None
    consent_at, consent_source = _consent(row, rules.now)
    return NewClient(
        phone=parse_phone(row["phone"].strip(), rules.country),
        operator_code=parse_operator_code(code) if code else None,
        timezone=canonical_timezone(zone or rules.default_timezone or ""),
        tags=_tags(row.get("tags", "")),
        attributes=parse_attributes({name: read_cell(row[name]) for name in own if row[name]}),
        has_default_timezone=has_default_timezone,
        consent_at=consent_at,
        consent_source=consent_source,
    )


def _consent(row: Mapping[str, str], now: datetime) -> tuple[datetime | None, str | None]:
    """Return time and source of the consent of a row; None for an empty field."""
    at, source = row.get("consent_at", "").strip(), row.get("consent_source") or None
    consent_at = parse_moment("consent_at", at) if at else None
    require_past("consent_at", consent_at, now=now)
    if source is not None:
        require_storable("consent_source", source)
        if len(source) > MAX_CONSENT_SOURCE_LENGTH:
            raise InvalidInput("consent_source", ProblemCode.TOO_LONG, max_length=MAX_CONSENT_SOURCE_LENGTH)
    require_whole_consent(consent_at, source)
    return consent_at, source


def _tags(names: str) -> list[str]:
    tags = [parse_tag(name) for name in re.split("[;|]", names) if name.strip()]
    if len(tags) > MAX_TAGS:
        raise InvalidInput("tags", ProblemCode.TAGS_TOO_MANY, max_items=MAX_TAGS)
    return tags
