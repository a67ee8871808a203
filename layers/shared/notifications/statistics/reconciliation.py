"""Whether the numbers are true: message rows against every running count and every outcome, at one moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from notifications.contracts.enumerations import OPEN_STATUSES, ReconciledCount
from notifications.database import statements
from notifications.database.tables import sql_list


@dataclass(frozen=True, slots=True)
class Difference:
    """A number of which two are told.

    Attributes:
        account: which count it is.
        key: which number of it.
        rows: what the message rows say.
        counted: what was counted.
    """

    mailing_id: int
    account: ReconciledCount
    key: str
    rows: int
    counted: int

    def __str__(self) -> str:
        return f"mailing {self.mailing_id}, {self.account} {self.key}: {self.rows} rows, {self.counted} counted"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a check found."""

    mailings: int
    messages: int
    differences: Sequence[Difference]


_RECONCILE = statements.load(Path(__file__).with_name("reconcile.sql"), open_statuses=sql_list(OPEN_STATUSES))


def reconcile(connection: Connection, mailing_ids: Collection[int]) -> Reconciliation:
    """Compare rows and running counts of mailings; reads every message of theirs."""
    found = connection.execute(_RECONCILE, {"ids": list(mailing_ids)}).all()
    differences = [
        Difference(row.mailing_id, ReconciledCount(row.account), row.key, int(row.rows), int(row.counted))
        for row in found
        if row.mailing_id is not None
    ]
    total = next(row for row in found if row.mailing_id is None)
    return Reconciliation(len(mailing_ids), int(total.messages or 0), differences)
