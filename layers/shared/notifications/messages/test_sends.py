"""Trials: a text sent to one phone to see how it looks, outside all mailings and counts (`POST mailing/test/`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from notifications.contracts.enumerations import OPEN_STATUSES, TrialStatus
from notifications.contracts.errors import NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.contracts.reasons import PHRASES, Reason
from notifications.database.rows import columns_of
from notifications.database.tables import trial
from notifications.message_state import LEASE

# A trial that nobody took by then is of no use any more.
WAITS_AT_MOST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A text on its way to one phone; `error` says why it was not sent."""

    id: int
    phone: str
    text: str
    status: TrialStatus
    error: str | None
    created_at: datetime


_COLUMNS = columns_of(Trial, trial)


def _read(row: Row[Any]) -> Trial:
    return Trial(**{**row._mapping, "status": TrialStatus(row.status)})


def create(connection: Connection, *, phone: str, text: str, now: datetime) -> Trial:
    """Store a trial that waits for the dispatcher."""
    values = {"phone": phone, "text": text, "since": now, "created_at": now}
    return _read(connection.execute(insert(trial).values(values).returning(*_COLUMNS)).one())


def get(connection: Connection, trial_id: int) -> Trial:
    """A trial, or NotFound."""
    row = connection.execute(select(*_COLUMNS).where(trial.c.id == trial_id)).one_or_none()
    if row is None:
        raise NotFound(ProblemCode.TEST_SEND_NOT_FOUND, test_id=trial_id)
    return _read(row)


def release(connection: Connection, *, now: datetime) -> Sequence[int]:
    """Take the trials that wait for the dispatcher. Gives their ids."""
    released = update(trial).where(trial.c.status == TrialStatus.PENDING).values(status=TrialStatus.QUEUED, since=now)
    return connection.execute(released.returning(trial.c.id)).scalars().all()


def put_back(connection: Connection, ids: Collection[int], *, now: datetime) -> None:
    """Have trials that the queue did not take wait again."""
    connection.execute(update(trial).where(trial.c.id.in_(ids)).values(status=TrialStatus.PENDING, since=now))


def claim(connection: Connection, ids: Collection[int], *, now: datetime) -> Sequence[Trial]:
    """Take queued trials for the caller: commit before the provider is called. A repeat is left out."""
    taken = (
        update(trial)
        .where(trial.c.id.in_(ids), trial.c.status == TrialStatus.QUEUED)
        .values(status=TrialStatus.SENDING, since=now)
    )
    return [_read(row) for row in connection.execute(taken.returning(*_COLUMNS))]


def settle(connection: Connection, trial_id: int, *, error: str | None, now: datetime) -> None:
    """Record what became of a claimed trial; no error means that it was accepted."""
    values = {"status": TrialStatus.FAILED if error else TrialStatus.SENT, "since": now, "error": error}
    connection.execute(
        update(trial).where(trial.c.id == trial_id, trial.c.status == TrialStatus.SENDING).values(values)
    )


def sweep(connection: Connection, *, now: datetime) -> None:
    """Fail the trials whose worker died, and those that the queue lost."""
    dead = (trial.c.status == TrialStatus.SENDING) & (trial.c.since < now - LEASE)
    lost = trial.c.status.in_((TrialStatus.PENDING, TrialStatus.QUEUED)) & (trial.c.created_at < now - WAITS_AT_MOST)
    for condition, error in ((dead, PHRASES[Reason.WORKER_DIED]), (lost, "it was not sent in time")):
        connection.execute(update(trial).where(condition).values(status=TrialStatus.FAILED, since=now, error=error))


def abandon(connection: Connection, *, error: str, now: datetime) -> int:
    """Fail all trials that have not ended. Gives how many."""
    still_open = trial.c.status.in_(OPEN_STATUSES)
    return connection.execute(
        update(trial).where(still_open).values(status=TrialStatus.FAILED, since=now, error=error)
    ).rowcount
