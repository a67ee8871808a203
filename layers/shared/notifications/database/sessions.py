"""Time limits and settings of the database session of each function.

`tests/unit/notifications/database/test_sessions.py` compares them with the time limits in `template.yaml`.
"""

from dataclasses import dataclass
from datetime import timedelta

# The server ends a session that has been idle for this long: Lambda freezes instances and never closes connections.
IDLE_TIMEOUT = timedelta(minutes=10)
# A statement gets this much longer before the client gives up on it, so that usually the server ends it.
GRACE = timedelta(seconds=1)
# Time that a request to cancel a statement may take when the client has given up on it.
CANCEL_TIMEOUT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Settings of a database session.

    Attributes:
        connect: time limit of opening a connection, TLS and password included.
        statement: time limit of one statement.
        trusted: time after an answer for which the server counts as alive, and is not asked.
        prepares: prepare statements that are repeated. The server then keeps their plans.
        avoids_table_scans: plan so that no table is read whole if an index answers, however small the table is.
    """

    connect: timedelta = timedelta(seconds=5)
    statement: timedelta
    trusted: timedelta = timedelta(seconds=1)
    prepares: bool = True
    avoids_table_scans: bool = False

    @property
    def client_limit(self) -> timedelta:
        """Time after which the client gives up on a statement."""
        return self.statement + GRACE

    @property
    def longest_failure(self) -> timedelta:
        """Time until a function that meets a database that hangs has an error to report, wherever it hangs."""
        return self.connect + self.client_limit + CANCEL_TIMEOUT


# The longest statement is an import of 6 MB.
API = Session(statement=timedelta(seconds=20))
# Few statements, each over many rows: planned anew each time, for tables that grow by the minute.
DISPATCHER = Session(statement=timedelta(seconds=30), prepares=False)
# Its two statements run for every batch, and a plan of them is kept for as long as the connection.
SENDER = Session(statement=timedelta(seconds=8), avoids_table_scans=True)
DEAD_LETTERS = Session(statement=timedelta(seconds=20))
# The daily comparison of running counts with rows reads every message of the day's mailings.
REPORTER = Session(statement=timedelta(minutes=4), prepares=False)
# All migrations of a deployment together have as much time as one statement: the index of a large table is one.
MIGRATOR = Session(statement=timedelta(minutes=13), prepares=False)
# Tools at a terminal, tests and benchmarks.
TOOL = Session(connect=timedelta(seconds=10), statement=timedelta(minutes=1))
