"""The outbox: one turn is sent while the next is taken from the database; what the queue refuses goes back."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from dispatcher.sqs_queue import Clock, Departure, Queue, Sending
from dispatcher.tick_log import Account
from notifications import message_state
from notifications.contracts.observability import logger


class Outbox:
    """Sends what has been committed as `queued`, at most two turns at once.

    Attributes:
        broken: whether the queue has refused a whole turn, and is better left alone until the next tick.
    """

    def __init__(self, engine: Engine, queue: Queue, account: Account, *, clock: Clock) -> None:
        self.broken = False
        self._engine = engine
        self._queue = queue
        self._account = account
        self._clock = clock
        self._under_way: Sending | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._settle(self._under_way)

    def send(self, departures: Sequence[Departure]) -> None:
        """Send a turn, and put back what was refused of the turn before."""
        before, self._under_way = self._under_way, self._queue.send(departures, clock=self._clock)
        self._settle(before)

    def _settle(self, sending: Sending | None) -> None:
        if sending is None or not sending.departures:
            return
        refused = set(sending.refused())
        if refused:
            with self._engine.begin() as connection:
                message_state.put_back(connection, refused, now=self._clock())
        self.broken |= len(refused) == len(sending.departures)
        mailing_id, taken = sending.departures[0].mailing_id, len(sending.departures) - len(refused)
        self._account.add(mailing_id, "released", taken)
        logger.info(
            "messages released",
            extra={
                "mailing_id": mailing_id,
                "released": taken,
                "refused": len(refused),
                "message_ids": [each.message_id for each in sending.departures],
            },
        )
