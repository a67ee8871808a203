"""Publisher: puts released messages onto the queue, and returns refused ones to the database."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from dispatcher.sqs_queue import Clock, Publication, Queue, ScheduledMessage
from dispatcher.tick_log import TickLog
from notifications import message_state
from notifications.contracts.observability import logger


class Publisher:
    """Puts messages that are committed as `queued` onto the queue.

    At most two releases are under way: one is sent while the next is read from the database.

    Attributes:
        queue_failed: True after the queue has refused a whole release. Nothing more is published in this tick.
    """

    def __init__(self, engine: Engine, queue: Queue, tick_log: TickLog, *, clock: Clock) -> None:
        self.queue_failed = False
        self._engine = engine
        self._queue = queue
        self._tick_log = tick_log
        self._clock = clock
        self._under_way: Publication | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._return_refused(self._under_way)

    def publish(self, messages: Sequence[ScheduledMessage]) -> None:
        """Start to send a release, and return refused messages of the previous release to the database."""
        before, self._under_way = self._under_way, self._queue.publish(messages, clock=self._clock)
        self._return_refused(before)

    def _return_refused(self, publication: Publication | None) -> None:
        if publication is None or not publication.messages:
            return
        refused = set(publication.refused())
        if refused:
            with self._engine.begin() as connection:
                message_state.put_back(connection, refused, now=self._clock())
        self.queue_failed |= len(refused) == len(publication.messages)
        mailing_id, taken = publication.messages[0].mailing_id, len(publication.messages) - len(refused)
        self._tick_log.count(mailing_id, "released", taken)
        logger.info(
            "messages released",
            extra={
                "mailing_id": mailing_id,
                "released": taken,
                "refused": len(refused),
                "message_ids": [each.message_id for each in publication.messages],
            },
        )
