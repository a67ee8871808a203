"""How the stand-in behaves: `GET` and `PUT /behaviour`."""

import random
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

# Each is a row of what has been seen of providers in the wild.
type Kind = Literal[
    "reset",
    "hang",
    "drip",
    "http_500",
    "http_502",
    "http_503",
    "http_504",
    "throttle",
    "throttle_seconds",
    "throttle_date",
    "html",
    "empty",
    "broken_json",
    "wrong_code",
    "huge",
    "bad_request",
    "unauthorized",
    "forbidden",
    "redirect",
    "accept_then_drop",
    "half_close",
]


class Fault(BaseModel):
    """A share, 0 to 1, of the calls that are answered by a fault."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    share: float = Field(default=1, ge=0, le=1)


class Behaviour(BaseModel):
    """What every call meets.

    Attributes:
        latency_ms: how long an answer takes, give or take `jitter_ms`.
        faults: the first one that a call falls into answers it; the shares of several add up.
        until_requests: the faults end after so many calls.
        reject_repeats: whether an id that was accepted before is answered with 409 and not counted as accepted.
        retry_after_seconds: what a throttled call is told to wait.
        seed: makes the choice of calls the same every time.
    """

    model_config = ConfigDict(extra="forbid")

    latency_ms: float = Field(default=20, ge=0)
    jitter_ms: float = Field(default=0, ge=0)
    faults: list[Fault] = []
    until_requests: int | None = Field(default=None, ge=1)
    reject_repeats: bool = False
    retry_after_seconds: int = Field(default=2, ge=0)
    seed: int = 0

    _chance: random.Random = PrivateAttr(default_factory=random.Random)

    def model_post_init(self, _: object) -> None:
        """Start the choices from the seed."""
        self._chance.seed(self.seed)

    def latency_seconds(self) -> float:
        """How long the next answer takes."""
        return max(0, self.latency_ms + self._chance.uniform(-1, 1) * self.jitter_ms) / 1000

    def fault_for(self, request: int) -> Kind | None:
        """The fault that a call meets, by its number from 1 on, or None."""
        if self.until_requests is not None and request > self.until_requests:
            return None
        drawn = self._chance.random()
        for fault in self.faults:
            if drawn < fault.share:
                return fault.kind
            drawn -= fault.share
        return None
