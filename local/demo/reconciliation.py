"""Compares the counts of one mailing from different sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.table import Table
from sqlalchemy import text

from notifications.database.engine import engine
from notifications.statistics.reconciliation import reconcile


@dataclass(frozen=True)
class Count:
    """A count and its expected value."""

    title: str
    found: int
    expected: int

    @property
    def is_expected(self) -> bool:
        """True if the count has the expected value."""
        return self.found == self.expected

    @property
    def verdict(self) -> str:
        """PASS, or FAIL and the expected value, in rich's markup."""
        return "[green]PASS[/]" if self.is_expected else f"[red]FAIL[/] {self.expected:,} expected"


def count(database_url: str, query: str, **values: int | str) -> int:
    """Return the result of a counting query on the database."""
    with engine(database_url).connect() as connection:
        return int(connection.execute(text(query), values).scalar_one())


def count_differences(database_url: str, mailing_id: int) -> int:
    """Return the number of a mailing's running counts that differ from its rows."""
    with engine(database_url).connect() as connection:
        return len(reconcile(connection, [mailing_id]).differences)


def table(counts: Sequence[Count], *, seconds: float, sent: int) -> Table:
    """Return a table of the counts and their verdicts, and of duration and rate."""
    shown = Table("", "count", "", box=box.SIMPLE)
    shown.columns[1].justify = "right"
    for each in counts:
        shown.add_row(each.title, f"{each.found:,}", each.verdict)
    shown.add_section()
    shown.add_row("seconds", f"{seconds:.1f}")
    shown.add_row("messages per second", f"{sent / seconds:.1f}")
    return shown
