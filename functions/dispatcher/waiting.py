"""Waiting: keeps a run while messages may come back from the queue, one run at a time if changes invoke several."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from dispatcher.sqs_queue import Clock
from notifications.database import dispatcher_runs

# How often a run looks for messages that senders have returned.
LOOK_INTERVAL = timedelta(seconds=1)


@dataclass(slots=True, kw_only=True)
class Waiting:
    """Waits of one run.

    Attributes:
        engine: the database's engine.
        clock: returns the current time.
        run: id of the run.
        is_scheduled: True if the schedule has invoked the run, which then waits also beside others.
        sleep: sleeps a short while, so that senders make room on the queue.
    """

    engine: Engine
    clock: Clock
    run: str
    is_scheduled: bool
    sleep: Callable[[], None]
    _looked_at: datetime | None = field(default=None, init=False)

    def is_needed(self, has_work_left: Callable[[], bool]) -> bool:
        """Return True if this run is to wait for the work that is left. Looks once a second."""
        now = self.clock()
        if self._looked_at is not None and now < self._looked_at + LOOK_INTERVAL:
            return True
        self._looked_at = now
        if has_work_left():
            return self._take_turn()
        # A run that has ended meanwhile, because this one had the turn, may have left work.
        return self._end_turn() and has_work_left() and self._take_turn()

    def _take_turn(self) -> bool:
        with self.engine.begin() as connection:
            return dispatcher_runs.take_turn(connection, self.run, is_scheduled=self.is_scheduled, now=self.clock())

    def _end_turn(self) -> bool:
        with self.engine.begin() as connection:
            return dispatcher_runs.end_turn(connection, self.run)
