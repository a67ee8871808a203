"""The provider's bearer token: read when first needed, and read anew once for all calls that it fails."""

import asyncio
import re
from typing import Protocol

from notifications.contracts.observability import logger
from notifications.contracts.reasons import Reason
from sender.providers.base import Unauthorized

# A header keeps visible ASCII characters, spaces and tabs only.
_FIT_FOR_A_HEADER = re.compile(r"[\t -~]+")


class ReadToken(Protocol):
    """Reads the token; `refresh` passes by what is kept in memory."""

    def __call__(self, *, refresh: bool = False) -> str:
        """Give the token; may block."""


class Token:
    """The token as the calls of this instance share it.

    Args:
        read: where it comes from; may block.
    """

    def __init__(self, read: ReadToken) -> None:
        self._read = read
        self._value = ""
        self._lock = asyncio.Lock()
        self._readings = 0

    async def value(self, ends: float) -> tuple[str, int]:
        """The token, and the number of the reading that gave it; Unauthorized if it cannot be read.

        Args:
            ends: when to give up, by the loop's clock.
        """
        return await self.after(0, ends)

    async def after(self, reading: int, ends: float) -> tuple[str, int]:
        """The token of a later reading than the one whose token the provider refuses; else like `value`."""
        try:
            async with asyncio.timeout_at(ends), self._lock:
                if self._readings == reading:
                    self._value = _checked(await asyncio.to_thread(self._read, refresh=reading > 0))
                    self._readings += 1
        except Unauthorized:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the reason, sending halts
            logger.exception("the provider's token cannot be read")
            raise Unauthorized(code=Reason.TOKEN_UNREADABLE, error=type(error).__name__) from None
        return self._value, self._readings


def _checked(token: str) -> str:
    stripped = token.strip()
    if not _FIT_FOR_A_HEADER.fullmatch(stripped):
        raise Unauthorized(code=Reason.TOKEN_INVALID)
    return stripped
