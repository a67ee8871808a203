"""Runs of the dispatcher: which change invokes one, and which of them waits for messages under way.

A change first commits and then looks for a pending invocation. A run first takes the mark of its invocation back and
then reads. So a change that invokes nobody is seen by the pending run.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, text

# Payload of an invocation by a change. Any other event is a tick of the schedule.
CHANGE_EVENT = {"source": "notifications.change"}
# Longest time for which changes count on an invocation that has not begun: until then a tick of the schedule has come.
MARK_LIFETIME = timedelta(minutes=1)
# How often a run that waits looks for messages that senders have returned, and renews its turn to wait.
LOOK_INTERVAL = timedelta(seconds=1)
# Time after its last renewal for which a run counts as waiting.
TURN_LIFETIME = timedelta(seconds=5)

_MARK = text("""
    INSERT INTO dispatcher_trigger AS old (pending_until) VALUES (:until)
    ON CONFLICT (id) DO UPDATE SET pending_until = excluded.pending_until
        WHERE old.pending_until IS NULL OR old.pending_until <= :now
    RETURNING id
""")
_UNMARK = text("UPDATE dispatcher_trigger SET pending_until = NULL WHERE pending_until IS NOT NULL")
_TAKE_TURN = text("""
    INSERT INTO dispatcher_trigger AS old (waiting_run, waits_until) VALUES (:run, :until)
    ON CONFLICT (id) DO UPDATE SET waiting_run = excluded.waiting_run, waits_until = excluded.waits_until
        WHERE CAST(:is_scheduled AS boolean) OR old.waiting_run IS NULL OR old.waiting_run = :run
           OR old.waits_until <= :now
    RETURNING id
""")
_END_TURN = text("""
    UPDATE dispatcher_trigger SET waiting_run = NULL, waits_until = NULL WHERE waiting_run = :run RETURNING id
""")


def mark(connection: Connection, *, now: datetime) -> bool:
    """Mark an invocation by a change as pending, after the change is committed.

    Returns:
        True if the caller is to invoke the dispatcher, False if an invocation is pending already.
    """
    return connection.execute(_MARK, {"now": now, "until": now + MARK_LIFETIME}).one_or_none() is not None


def unmark(connection: Connection) -> None:
    """Take the mark back when a run begins. Commit before the run reads, so that later changes invoke another one."""
    connection.execute(_UNMARK)


def take_turn(connection: Connection, run: str, *, is_scheduled: bool, now: datetime) -> bool:
    """Take or renew the turn to wait for messages under way. A tick of the schedule takes it from any other run.

    Returns:
        False if another run waits.
    """
    values = {"run": run, "is_scheduled": is_scheduled, "now": now, "until": now + TURN_LIFETIME}
    return connection.execute(_TAKE_TURN, values).one_or_none() is not None


def end_turn(connection: Connection, run: str) -> bool:
    """End the run's turn to wait. Return False if it had none."""
    return connection.execute(_END_TURN, {"run": run}).one_or_none() is not None


@dataclass(slots=True, kw_only=True)
class Waiting:
    """Waits of one run while messages may come back from the queue.

    Attributes:
        engine: the database's engine.
        clock: returns the current time.
        run: id of the run.
        is_scheduled: True if the schedule has invoked the run, which then waits also beside others.
        sleep: sleeps a short while, so that senders make room on the queue.
    """

    engine: Engine
    clock: Callable[[], datetime]
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
            return take_turn(connection, self.run, is_scheduled=self.is_scheduled, now=self.clock())

    def _end_turn(self) -> bool:
        with self.engine.begin() as connection:
            return end_turn(connection, self.run)
