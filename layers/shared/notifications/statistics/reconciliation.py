"""Compare rows of messages and deliveries with running counts and recorded outcomes, as of one moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from notifications.contracts.enumerations import OPEN_STATUSES, ReconciledCount
from notifications.contracts.reasons import PHRASES, Reason
from notifications.database import statements
from notifications.database.tables import sql_list


@dataclass(frozen=True, slots=True)
class Difference:
    """A count on which rows and running counts disagree.

    Attributes:
        counter: the group of running counts, such as those by status.
        key: the count in that group, such as a status or an hour and a status.
        rows: the number of rows.
        counted: the running count.
    """

    mailing_id: int
    counter: ReconciledCount
    key: str
    rows: int
    counted: int

    def __str__(self) -> str:
        return f"mailing {self.mailing_id}, {self.counter} {self.key}: {self.rows} rows, {self.counted} counted"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Numbers of mailings and messages that were checked, with the differences found."""

    mailings: int
    messages: int
    differences: Sequence[Difference]


_RECONCILE = statements.load(
    Path(__file__).with_name("reconcile.sql"), open_statuses=sql_list(OPEN_STATUSES), other=f"'{PHRASES[Reason.OTHER]}'"
)


def reconcile(connection: Connection, mailing_ids: Collection[int]) -> Reconciliation:
    """Compare the rows of mailings with their counts. Reads every message and delivery of the mailings.

    A mailing whose messages retention has begun to remove is left out.
    """
    found = connection.execute(_RECONCILE, {"ids": list(mailing_ids)}).all()
    differences = [
        Difference(row.mailing_id, ReconciledCount(row.counter), row.key, int(row.rows), int(row.counted))
        for row in found
        if row.mailing_id is not None
    ]
    total = next(row for row in found if row.mailing_id is None)
    return Reconciliation(int(total.mailings), int(total.messages or 0), differences)
