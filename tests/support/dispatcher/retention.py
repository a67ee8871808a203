"""A run of retention, from its start to its end."""

from datetime import datetime

from sqlalchemy import Engine

from notifications.contracts.enumerations import RetentionSubject
from notifications.jobs import runner
from notifications.jobs.job import Job
from notifications.jobs.retention import daily, work
from notifications.jobs.retention.periods import FIXED_DAYS, Days

# More days than any row of a test is old.
FAR = 3650


def days(**changed: int) -> Days:
    """Return days that remove nothing but by the subjects that a test names, and what no parameter keeps."""
    given = {RetentionSubject(name): number for name, number in changed.items()}
    return {**dict.fromkeys(RetentionSubject, FAR), **FIXED_DAYS, **given}


def run(engine: Engine, kept: Days, *, now: datetime) -> Job:
    """Begin the job of the day, do all of it, and return it."""
    with engine.begin() as connection:
        daily.start(connection, kept, now=now)
    while runner.run_next(engine, work.KINDS, now=now):
        pass
    with engine.connect() as connection:
        job = daily.latest(connection)
    assert job is not None
    return job
