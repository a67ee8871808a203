"""Reads opt-outs from CSV: the column `phone` and, if given, `scope`, `reason`, `at` and `source`."""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from notifications.clients.imports.csv_format import MAX_ROWS
from notifications.clients.imports.csv_rows import CsvRow, cells, find_separator, fit, names_of, read_rows
from notifications.clients.imports.parsed_clients import Refused, refuse
from notifications.clients.opt_outs.opt_out import MAX_REASON_LENGTH, OptOut
from notifications.clients.phones import parse_phone
from notifications.contracts.enumerations import OptOutScope, OptOutSource
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.schedules.moments import parse_moment, require_past
from notifications.texts.storable import require_storable

COLUMNS = ("phone", "scope", "reason", "at", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Rules of one file.

    Attributes:
        country: country whose national writing of phones is accepted as well.
        now: time of opt-outs without one.
    """

    country: str | None
    now: datetime


@dataclass(slots=True)
class ParsedOptOuts:
    """Opt-outs of the valid rows of a file, one for a phone, and the refused rows.

    Attributes:
        rows: number of valid rows.
    """

    refused: list[Refused] = field(default_factory=list)
    rows: int = 0
    _by_phone: dict[str, OptOut] = field(default_factory=dict)

    @property
    def opt_outs(self) -> list[OptOut]:
        """Return the opt-outs: of rows with the same phone the first one, or a later one that is wider."""
        return list(self._by_phone.values())

    def add(self, found: OptOut) -> None:
        """Add the opt-out of a row."""
        self.rows += 1
        earlier = self._by_phone.get(found.phone)
        if earlier is None:
            self._by_phone[found.phone] = found
        elif found.widens(earlier):
            self._by_phone[found.phone] = found.widening(earlier)


def parse_opt_outs(body: str, rules: Rules) -> ParsedOptOuts:
    """Parse a CSV file with a header. Invalid rows are refused.

    Raises:
        InvalidInput: the header has no phone or an unknown column, a quote is not closed, a row is longer than the
            header, the file has more than `MAX_ROWS` rows, or too many are invalid.
    """
    separator, lines, line = find_separator(io.StringIO(body, newline=""))
    rows = read_rows(lines, separator, line=line)
    header = _header(next(rows, None))
    parsed, phone = ParsedOptOuts(), header.index("phone")
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise InvalidInput("body", ProblemCode.CSV_ROWS_TO_SPLIT, max_rows=MAX_ROWS)
        fields = fit(row, len(header), phone=phone)
        try:
            parsed.add(_opt_out(header, fields, rules))
        except InvalidInput as error:
            refuse(parsed.refused, row.line, error)
    return parsed


def _header(row: CsvRow | None) -> list[str]:
    header = [name.lower() for name in names_of(row)]
    if "phone" not in header:
        raise InvalidInput("header", ProblemCode.CSV_COLUMNS_MISSING, columns=["phone"])
    if unknown := next((name for name in header if name not in COLUMNS), None):
        raise InvalidInput("header", ProblemCode.CSV_COLUMN_UNKNOWN, column=unknown, columns=list(COLUMNS))
    if len(set(header)) < len(header):
        raise InvalidInput("header", ProblemCode.CSV_COLUMN_TWICE)
    return header


def _opt_out(header: Sequence[str], fields: Sequence[str], rules: Rules) -> OptOut:
    row = {name: cell.strip() for name, cell in cells(header, fields).items()}
    return OptOut(
        phone=parse_phone(row["phone"], rules.country),
        scope=_member(row, "scope", OptOutScope.ALL),
        source=_member(row, "source", OptOutSource.IMPORT, never=[OptOutSource.ERASURE]),
        reason=_reason(row.get("reason", "")),
        at=_at(row.get("at", ""), rules.now),
    )


def _member[Member: StrEnum](
    row: Mapping[str, str], name: str, default: Member, *, never: Collection[Member] = ()
) -> Member:
    """Return the member that a field names, or the default for an empty one.

    Args:
        never: members that no file may have.
    """
    cell = row.get(name, "").lower()
    allowed = [member for member in type(default) if member not in never]
    if cell and cell not in allowed:
        *others, last = (f"'{member}'" for member in allowed)
        raise InvalidInput(name, ProblemCode.NOT_ALLOWED, expected=f"{', '.join(others)} or {last}")
    return type(default)(cell) if cell else default


def _reason(cell: str) -> str | None:
    require_storable("reason", cell)
    if len(cell) > MAX_REASON_LENGTH:
        raise InvalidInput("reason", ProblemCode.TOO_LONG, max_length=MAX_REASON_LENGTH)
    return cell or None


def _at(cell: str, now: datetime) -> datetime:
    at = parse_moment("at", cell) if cell else now
    require_past("at", at, now=now)
    return at
