"""Turn of a message: waits for the times at which the rates of its mailing and the provider allow calls."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from notifications.contracts.observability import logger
from notifications.schedules.call_schedule import MAX_SLIP

type Clock = Callable[[], datetime]
type Sleep = Callable[[float], Awaitable[None]]

# Further times that a message takes for one call when the sender was too busy to be on time.
MAX_MISSED = 3


@dataclass(slots=True)
class CallTurn:
    """The times of one message's calls.

    Args:
        at: time of the first call, which the claim has reserved.
        next_time: reserves the time of a further call; None if it is too far away.
        sleep: waits for so many seconds.
    """

    at: datetime | None
    next_time: Callable[[], datetime | None]
    clock: Clock
    sleep: Sleep

    async def come(self) -> bool:
        """Wait for the time of the next call. Return False if there is none near enough."""
        for _ in range(MAX_MISSED):
            at, self.at = self.at or await self._further_time(), None
            if at is None:
                return False
            if (seconds := (at - self.clock()).total_seconds()) > 0:
                await self.sleep(seconds)
            if self.clock() <= at + MAX_SLIP:
                return True
        return False

    async def _further_time(self) -> datetime | None:
        try:
            # In a thread, so that answers to other messages are read meanwhile.
            return await asyncio.to_thread(self.next_time)
        except SQLAlchemyError:
            # The outcomes of the batch are still to be recorded, when the database is back.
            logger.warning("no call time reserved: the database failed", exc_info=True)
            return None
