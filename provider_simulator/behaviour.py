"""How the stand-in behaves: `GET` and `PUT /behaviour`."""

import random
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

# Each is a row of what has been seen of providers in the wild.
type Kind = Literal[
    "refuse",
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

# Shares such as 0.7, 0.2 and 0.1 add up to a little more than 1.
ROUNDING = 1e-9


class Fault(BaseModel):
    """A share, 0 to 1, of the calls that are answered by a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    share: float = Field(default=1, ge=0, le=1)


class Behaviour(BaseModel):
    """What every call meets.

    Attributes:
        latency_ms: how long an answer takes, give or take `jitter_ms`.
        faults: each answers its share of the calls; together they have at most all of them.
        until_requests: the faults end after so many calls; None for never.
        reject_repeats: whether an id that was accepted before is answered by 409 and not accepted again.
        retry_after_seconds: what a throttled call is told to wait.
        drip_ms: the pause before each byte of an answer that drips.
        seed: makes the choice of calls the same every time.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    latency_ms: float = Field(default=20, ge=0)
    jitter_ms: float = Field(default=0, ge=0)
    faults: tuple[Fault, ...] = ()
    until_requests: int | None = Field(default=None, ge=0)
    reject_repeats: bool = False
    retry_after_seconds: int = Field(default=2, ge=0)
    drip_ms: float = Field(default=200, ge=0)
    seed: int = 0

    _requests: int = PrivateAttr(default=0)
    _chance: random.Random = PrivateAttr(default_factory=random.Random)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if sum(fault.share for fault in self.faults) > 1 + ROUNDING:
            raise ValueError("the shares of the faults add up to more than 1")
        return self

    def model_post_init(self, _: object) -> None:
        """Start the choices from the seed."""
        self._chance.seed(self.seed)

    def latency_seconds(self) -> float:
        """How long the next answer takes."""
        return max(0, self.latency_ms + self._chance.uniform(-1, 1) * self.jitter_ms) / 1000

    def next_fault(self) -> Kind | None:
        """The fault that the next call meets, or None."""
        self._requests += 1
        drawn = self._chance.random()
        if self.until_requests is not None and self._requests > self.until_requests:
            return None
        for fault in self.faults:
            if drawn < fault.share:
                return fault.kind
            drawn -= fault.share
        return None
