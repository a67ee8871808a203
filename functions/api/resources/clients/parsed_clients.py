"""Rows of an import: the clients of valid rows, and the rows that are not stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from api.resources.clients.schemas import Overridden, ReadRow, Refused
from notifications.clients.client import NewClient
from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import nested
from notifications.contracts.problem_codes import ProblemCode

# Number of rows that the answer shows as they were read.
SHOWN_ROWS = 10

# Keeps the answer, which has every refused row, within Lambda's 6 MB: it is made after the valid rows were stored.
MAX_REFUSED_ROWS = 10_000
MAX_OVERRIDDEN_ROWS = 10_000


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

    def line_of(self, phone: str) -> int:
        """Return the line of the valid row with a phone."""
        return self._valid[phone][0]

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

    def refuse(self, line: int, error: InvalidInput) -> None:
        """Add an invalid row.

        Raises:
            InvalidInput: there are more than `MAX_REFUSED_ROWS`.
        """
        self.refused.append(
            Refused(line=line, field=error.field, reason=str(error), code=error.code, params=error.params)
        )
        if len(self.refused) > MAX_REFUSED_ROWS:
            raise _too_many(self.refused[0]) from None


def _too_many(first: Refused) -> InvalidInput:
    reason = nested(first.code, first.params, first.reason)
    return InvalidInput(
        "body", ProblemCode.CSV_TOO_MANY_REFUSED, max_rows=MAX_REFUSED_ROWS, line=first.line, reason=reason
    )


def _shown(line: int, written: str, new: NewClient) -> ReadRow:
    """Return a row as it was read."""
    as_read = new.merged_into(None, columns=(), tags=new.tags)
    return ReadRow(line=line, written=written, **as_read.as_json())
