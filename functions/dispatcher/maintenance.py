"""Maintenance of a tick: ends pauses, cancels, expires, reopens and sweeps messages, and finishes mailings.

It also begins the daily removal of old rows, and runs the daily scan of attributes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Engine, case, select, update

from dispatcher.releasing import running_mailings
from dispatcher.sqs_queue import Queue
from dispatcher.tick_log import TickLog
from notifications import message_state
from notifications.clients.attributes import scan
from notifications.contracts.enumerations import MailingStatus, MessageStatus
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger
from notifications.database.tables import mailing
from notifications.jobs.retention import daily
from notifications.jobs.retention.periods import Days
from notifications.mailings import planning
from notifications.mailings import repository as mailings
from notifications.message_state.deliveries.receipt_checks import Check
from notifications.messages.callbacks import receipts

# Clients whose attributes a tick reads: a million take 50 ticks.
SCANNED_CLIENTS = 20_000


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Maintenance of one tick, in chunks. The next tick does the rest when time runs out.

    Args:
        has_time: returns True if there is time for another chunk.
        chunk_size: messages of a chunk, few enough that other transactions can lock rows in between.
        cancelled_mailings: cancelled mailings of a tick whose messages are cancelled.
        retention: days for which rows are kept; None to remove none.
        receipt_check: settings of the checks for messages without receipts; None if no receipts are expected.
    """

    engine: Engine
    tick_log: TickLog
    clock: Callable[[], datetime]
    has_time: Callable[[], bool]
    chunk_size: int = 5_000
    cancelled_mailings: int = 1_000
    retention: Days | None = None
    receipt_check: Check | None = None

    def end_pauses(self) -> None:
        """Resume mailings that are paused past their end, so that they are planned, expired and finished."""
        over = (mailing.c.status == MailingStatus.PAUSED) & (mailing.c.ends_at <= self.clock())
        began = case((mailing.c.plan_until.is_(None), MailingStatus.SCHEDULED), else_=MailingStatus.RUNNING)
        with self.engine.begin() as connection:
            connection.execute(update(mailing).where(over).values(status=began))

    def cancel_stopped(self) -> None:
        """Cancel the waiting messages of cancelled mailings."""
        with self.engine.begin() as connection:
            ids = mailings.settle(connection, at_most=self.cancelled_mailings)
        for each in ids:
            self._in_chunks(each, "cancelled", message_state.cancel)

    def expire_over(self) -> None:
        """Expire the waiting messages of mailings past their end, and direct messages past their own."""
        over = (mailing.c.status == MailingStatus.RUNNING) & (mailing.c.ends_at <= self.clock())
        with self.engine.connect() as connection:
            ids = connection.execute(select(mailing.c.id).where(over)).scalars().all()
        expired = sum(self._in_chunks(each, "expired", message_state.expire) for each in (None, *ids))
        add_metric(Metric.EXPIRED, expired)

    def reopen_closed(self) -> None:
        """Give messages whose send window closed before they were sent the next opening."""
        with self.engine.connect() as connection:
            ids = running_mailings(connection)
        for each in ids:
            self.reopen(each)

    def reopen(self, mailing_id: int) -> None:
        """Give messages of a mailing whose send window closed before they were sent the next opening."""
        self._in_chunks(mailing_id, "reopened", planning.reopen)

    def _in_chunks(self, mailing_id: int | None, step: str, change: Callable[..., int]) -> int:
        total, changed = 0, self.chunk_size
        while changed >= self.chunk_size and self.has_time():
            chunk = partial(change, mailing_id=mailing_id, now=self.clock(), at_most=self.chunk_size)
            changed = self.tick_log.time(mailing_id, step, partial(self._committed, chunk))
            total += changed
        self.tick_log.count(mailing_id, step, total)
        return total

    def _committed(self, change: Callable[[Connection], int]) -> int:
        with self.engine.begin() as connection:
            return change(connection)

    def sweep_stuck(self, queue: Queue) -> None:
        """Return messages that the queue lost, or whose sender died, to `pending`."""
        lost = self._count_lost(queue)
        if lost:
            logger.error("the queue has lost messages", extra={"messages": lost})
        longest = message_state.OVERDUE_TIME if lost else message_state.MAX_QUEUED_TIME
        with self.engine.begin() as connection:
            swept = message_state.sweep(connection, now=self.clock(), at_most=self.chunk_size, max_queued_time=longest)
        for each in swept:
            self.tick_log.count(each.mailing_id, "swept", each.messages)
        add_metric(Metric.UNKNOWN, sum(each.messages for each in swept if each.status == MessageStatus.UNKNOWN))

    def _count_lost(self, queue: Queue) -> int:
        """Return how many more messages are overdue than the queue holds. One that it holds may be swept harmlessly."""
        with self.engine.connect() as connection:
            overdue = message_state.count_overdue(connection, now=self.clock())
        length = queue.length() if overdue else None
        return 0 if length is None else max(0, overdue - length)

    def apply_early_receipts(self) -> None:
        """Apply a chunk of the receipts that came before their messages were known, and drop old ones."""
        receipts.apply_kept(self.engine, now=self.clock(), at_most=self.chunk_size)

    def check_missing_receipts(self) -> None:
        """Mark a chunk of the messages whose receipts have not come in time as unconfirmed."""
        if self.receipt_check is not None and self.has_time():
            receipts.check_missing(self.engine, self.receipt_check, now=self.clock())

    def start_retention(self) -> None:
        """Begin the removal of old rows once a UTC day. The dispatch loop works on it, as on any job."""
        if self.retention is None:
            return
        with self.engine.begin() as connection:
            daily.start(connection, self.retention, now=self.clock())

    def scan_attributes(self) -> None:
        """Read a chunk of all clients if their daily scan runs, which forgets the attributes that none has."""
        if not self.has_time():
            return
        with self.engine.begin() as connection:
            chunk = scan.scan_next(connection, now=self.clock(), at_most=SCANNED_CLIENTS)
        if chunk and chunk.is_last:
            logger.info("attributes scanned", extra={"forgotten": chunk.forgotten})

    def finish_done(self) -> None:
        """Finish the mailings with nothing left to do."""
        with self.engine.begin() as connection:
            finished = mailings.finish(connection, running_mailings(connection), now=self.clock())
            totals = {each: stats["total"] for each, stats in mailings.stats(connection, finished).items()}
        _log_finished(finished, totals)


def _log_finished(finished: Iterable[int], totals: dict[int, int]) -> None:
    for each in finished:
        if totals[each]:
            logger.info("mailing finished", extra={"mailing_id": each, "messages": totals[each]})
        else:
            logger.warning("mailing finished: no client matches its filter", extra={"mailing_id": each})
