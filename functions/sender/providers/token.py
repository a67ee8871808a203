"""Bearer token of the provider, if any: read on first use, and once more for all calls whose token was refused."""

import asyncio
import re
from typing import Protocol

from notifications.contracts.observability import logger
from notifications.contracts.reasons import Reason
from sender.providers.base import Unauthorized

# Characters that an HTTP header may have: visible ASCII, spaces and tabs.
_HEADER_VALUE = re.compile(r"[\t -~]+")


class ReadToken(Protocol):
    """Function that reads the token. It may block."""

    def __call__(self, *, refresh: bool = False) -> str | None:
        """Return the token, or None if calls carry none; bypass the cache if `refresh`."""


class Token:
    """Token that all calls of this instance share."""

    def __init__(self, read: ReadToken) -> None:
        self._read = read
        self._value: str | None = None
        self._lock = asyncio.Lock()
        self._readings = 0

    async def value(self, ends: float) -> tuple[str | None, int]:
        """Return the token and the number of its reading.

        Args:
            ends: deadline by the event loop's clock.

        Raises:
            Unauthorized: the token cannot be read.
        """
        return await self.after(0, ends)

    async def after(self, reading: int, ends: float) -> tuple[str | None, int]:
        """Return the token and the number of its reading. Read it again if none is newer than `reading`.

        Args:
            reading: number of the reading whose token the provider refused; 0 if it refused none.
            ends: deadline by the event loop's clock.

        Raises:
            Unauthorized: the token cannot be read.
        """
        try:
            async with asyncio.timeout_at(ends), self._lock:
                if self._readings == reading:
                    self._value = _checked(await asyncio.to_thread(self._read, refresh=reading > 0))
                    self._readings += 1
        except Unauthorized:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the reason, nothing can be sent
            logger.exception("the provider's token cannot be read")
            raise Unauthorized(code=Reason.TOKEN_UNREADABLE, error=type(error).__name__) from None
        return self._value, self._readings


def _checked(token: str | None) -> str | None:
    if token is None:
        return None
    stripped = token.strip()
    if not _HEADER_VALUE.fullmatch(stripped):
        raise Unauthorized(code=Reason.TOKEN_INVALID)
    return stripped
