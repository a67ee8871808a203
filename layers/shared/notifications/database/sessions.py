"""Time limits and settings of the database session of each function.

`tests/unit/notifications/database/test_sessions.py` compares them with the time limits in `template.yaml`.
"""

from dataclasses import dataclass
from datetime import timedelta

# The server ends a session that has been idle for this long: Lambda freezes instances and never closes connections.
IDLE_TIMEOUT = timedelta(minutes=10)
# The client waits this much longer than the server's limit, so that usually the server ends the statement.
GRACE = timedelta(seconds=1)
# Time that a request to cancel a statement may take when the client has given up on it.
CANCEL_TIMEOUT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Settings of a database session.

    Attributes:
        connect: time limit of opening a connection, TLS and password included.
        statement: time limit of one statement.
        trusted: time after an answer for which the server counts as alive and is not pinged.
        prepares: prepare repeated statements, so that the server keeps their plans.
        avoids_table_scans: plan with indexes even where scanning a small table is cheaper.
    """

    connect: timedelta = timedelta(seconds=5)
    statement: timedelta
    trusted: timedelta = timedelta(seconds=1)
    prepares: bool = True
    avoids_table_scans: bool = False

    @property
    def client_limit(self) -> timedelta:
        """Return the time after which the client gives up on a statement."""
        return self.statement + GRACE

    @property
    def longest_failure(self) -> timedelta:
        """Return the longest time until a function gets an error from a database that does not respond."""
        return self.connect + self.client_limit + CANCEL_TIMEOUT


# The longest statement is an import of 4.5 MB.
API = Session(statement=timedelta(seconds=20))
# Few statements over many rows each: they are planned at each execution, since the tables grow by the minute.
DISPATCHER = Session(statement=timedelta(seconds=30), prepares=False)
# The same statements run for every batch, and their plans are kept for the life of the connection.
SENDER = Session(statement=timedelta(seconds=8), avoids_table_scans=True)
# A batch is planned at each execution: the tables of a first mailing grow from nothing within minutes.
RECEIVER = Session(statement=timedelta(seconds=20), prepares=False)
DEAD_LETTERS = Session(statement=timedelta(seconds=20))
CANARY = Session(statement=timedelta(seconds=20), prepares=False)
# A part of an import is a few statements over 10,000 rows, which are planned as the tables are.
IMPORTER = Session(statement=timedelta(seconds=60), prepares=False)
# The daily comparison of running counts with rows reads every message of the day's mailings.
REPORTER = Session(statement=timedelta(minutes=4), prepares=False)
# The limit of one statement is the time of all migrations of a deployment: indexing a large table is one statement.
MIGRATOR = Session(statement=timedelta(minutes=13), prepares=False)
# Tools at a terminal, tests and benchmarks.
TOOL = Session(connect=timedelta(seconds=10), statement=timedelta(minutes=1))
