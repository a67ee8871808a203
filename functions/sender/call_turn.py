"""Turn of a message: waits for the times at which rates allow its calls, and looks if it was withdrawn before them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from sqlalchemy.exc import SQLAlchemyError

from notifications.contracts.observability import logger
from notifications.schedules.call_schedule import MAX_SLIP

type Clock = Callable[[], datetime]
type Sleep = Callable[[float], Awaitable[None]]

# Further times that a message takes for one call when the sender was too busy to be on time.
MAX_MISSED = 3


class Turn(Enum):
    """Whether the next call of a message may be made: yes, not for now, or never since the message was withdrawn."""

    CALL = auto()
    NONE = auto()
    WITHDRAWN = auto()


@dataclass(slots=True)
class CallTurn:
    """The turns of one message's calls.

    Args:
        at: time of the first call, which the claim has reserved; None if no rate limits the message.
        next_time: reserves the time of a further call, and returns None if it is too far away; None without a rate.
        is_withdrawn: returns True if the message must not be sent any more, the claim notwithstanding.
        sleep: waits for so many seconds.
    """

    at: datetime | None
    next_time: Callable[[], datetime | None] | None
    is_withdrawn: Callable[[], bool]
    clock: Clock
    sleep: Sleep
    _is_first: bool = field(default=True, init=False)

    async def come(self) -> Turn:
        """Wait for the time of the next call, if there is one near enough, and look if the message was withdrawn.

        A first call that is made at once needs no second look: the claim has read the opt-outs.
        """
        try:
            return await self._come()
        except SQLAlchemyError:
            # The outcomes of the batch are still to be recorded, when the database is back.
            logger.warning("no call made: the database failed", exc_info=True)
            return Turn.NONE

    async def _come(self) -> Turn:
        must_look, self._is_first = not self._is_first, False
        if self.next_time is None:
            return await self._look() if must_look else Turn.CALL
        for _ in range(MAX_MISSED):
            # In a thread, so that answers to other messages are read meanwhile.
            at, self.at = self.at or await asyncio.to_thread(self.next_time), None
            if at is None:
                return Turn.NONE
            if (seconds := (at - self.clock()).total_seconds()) > 0:
                await self.sleep(seconds)
                must_look = True
            if must_look and await self._look() is Turn.WITHDRAWN:
                return Turn.WITHDRAWN
            if self.clock() <= at + MAX_SLIP:
                return Turn.CALL
            must_look = True
        return Turn.NONE

    async def _look(self) -> Turn:
        return Turn.WITHDRAWN if await asyncio.to_thread(self.is_withdrawn) else Turn.CALL
