"""Result of parsing a whole file: its clients, each phone once, and the rows that are not stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from notifications.clients.client import ClientData, NewClient
from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import Params, nested
from notifications.contracts.problem_codes import ProblemCode

# Number of rows that the answer shows as they were read.
SHOWN_ROWS = 10

# Keeps the answer, which has every refused row, within Lambda's 6 MB: it is made after the valid rows were stored.
MAX_REFUSED_ROWS = 10_000
MAX_OVERRIDDEN_ROWS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A rejected row: the line on which it begins, its field and the reason."""

    line: int
    field: str
    reason: str
    code: ProblemCode
    params: Params


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden:
    """A valid row that a later row with the same phone overrides."""

    line: int
    by_line: int
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow(ClientData):
    """A valid row as it was read: the line on which it begins, its phone as the file has it, and the client."""

    line: int
    written: str


def refusal(line: int, error: InvalidInput) -> Refused:
    """Return the rejected row of an error."""
    return Refused(line=line, field=error.field, reason=str(error), code=error.code, params=error.params)


def too_many(first: Refused, at_most: int) -> InvalidInput:
    """Return the error of a file with more than `at_most` invalid rows."""
    reason = nested(first.code, first.params, first.reason)
    return InvalidInput("body", ProblemCode.CSV_TOO_MANY_REFUSED, max_rows=at_most, line=first.line, reason=reason)


def refuse(refused: list[Refused], line: int, error: InvalidInput) -> None:
    """Add an invalid row to the refused ones.

    Raises:
        InvalidInput: there are more than `MAX_REFUSED_ROWS`.
    """
    refused.append(refusal(line, error))
    if len(refused) > MAX_REFUSED_ROWS:
        raise too_many(refused[0], MAX_REFUSED_ROWS) from None


@dataclass(slots=True)
class ParsedClients:
    """Clients of the valid rows of a file, the refused rows, and those that a later row with their phone overrides.

    Attributes:
        columns: columns of the header, without phone and time zone.
        rows: the first `SHOWN_ROWS` valid rows.
    """

    columns: Sequence[str]
    refused: list[Refused] = field(default_factory=list)
    overridden: list[Overridden] = field(default_factory=list)
    rows: list[ReadRow] = field(default_factory=list)
    _valid: dict[str, tuple[int, NewClient]] = field(default_factory=dict)

    @property
    def clients(self) -> list[NewClient]:
        """Return the clients, each phone once."""
        return [new for _, new in self._valid.values()]

    def add(self, line: int, written: str, new: NewClient) -> None:
        """Add the client of a row, in place of an earlier one with the same phone."""
        if len(self.rows) < SHOWN_ROWS:
            self.rows.append(_shown(line, written, new))
        if earlier := self._valid.get(new.phone):
            self.overridden.append(Overridden(line=earlier[0], by_line=line, phone=new.phone))
        self._valid[new.phone] = (line, new)

    def refuse_client(self, phone: str, error: InvalidInput) -> None:
        """Add the valid row of a client that was not stored. Of an erased person all rows are refused, none is shown.

        Raises:
            InvalidInput: there are more than `MAX_REFUSED_ROWS`.
        """
        self.refuse(self._valid[phone][0], error)
        if error.code is not ProblemCode.PHONE_ERASED:
            return
        for row in self.overridden:
            if row.phone == phone:
                self.refuse(row.line, error)
        self.overridden = [row for row in self.overridden if row.phone != phone]
        self.rows = [row for row in self.rows if row.phone != phone]

    def refuse(self, line: int, error: InvalidInput) -> None:
        """Add an invalid row.

        Raises:
            InvalidInput: there are more than `MAX_REFUSED_ROWS`.
        """
        refuse(self.refused, line, error)


def _shown(line: int, written: str, new: NewClient) -> ReadRow:
    as_read = new.merged_into(None, columns=(), tags=new.tags)
    return ReadRow(line=line, written=written, **{each.name: getattr(as_read, each.name) for each in fields(as_read)})
