"""Whether everybody who counts a mailing's messages counts the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.table import Table
from sqlalchemy import text

from notifications.database.engine import engine
from notifications.statistics.reconciliation import reconcile


@dataclass(frozen=True)
class Count:
    """One of the counts, and what it has to be."""

    what: str
    found: int
    expected: int

    @property
    def agrees(self) -> bool:
        """Whether it is what it has to be."""
        return self.found == self.expected

    @property
    def verdict(self) -> str:
        """That, for a reader."""
        return "[green]PASS[/]" if self.agrees else f"[red]FAIL[/] {self.expected:,} expected"


def rows_of(database_url: str, mailing_id: int) -> int:
    """The mailing's message rows, counted one by one in the database itself."""
    with engine(database_url).connect() as connection:
        statement = text("SELECT count(*) FROM message WHERE mailing_id = :mailing_id")
        return int(connection.execute(statement, {"mailing_id": mailing_id}).scalar_one())


def differences_of(database_url: str, mailing_id: int) -> int:
    """How many of the mailing's running counts differ from its rows."""
    with engine(database_url).connect() as connection:
        return len(reconcile(connection, [mailing_id]).differences)


def table(counts: Sequence[Count], *, seconds: float, sent: int) -> Table:
    """The counts with their verdicts, then time and rate."""
    shown = Table("", "count", "", box=box.SIMPLE)
    shown.columns[1].justify = "right"
    for each in counts:
        shown.add_row(each.what, f"{each.found:,}", each.verdict)
    shown.add_section()
    shown.add_row("seconds", f"{seconds:.1f}")
    shown.add_row("messages per second", f"{sent / seconds:.1f}")
    return shown
