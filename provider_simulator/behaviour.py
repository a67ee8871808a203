"""Behaviour of the simulated provider: its latency, and its faults with their shares of the calls."""

import random
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from provider_simulator.callbacks.settings import ReceiptBehaviour, ReplyBehaviour
from provider_simulator.shares import choose, require_at_most_one

# Each fault has been observed at a real provider; README.md describes them.
type FaultKind = Literal[
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


class Fault(BaseModel):
    """A fault and its share (0 to 1) of the calls."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: FaultKind
    share: float = Field(default=1, ge=0, le=1)


class Behaviour(BaseModel):
    """Latency and faults of the provider, the same for all callers.

    Attributes:
        latency_ms: the time before each answer, plus or minus up to `jitter_ms`.
        faults: the faults to play; their shares add up to at most 1.
        faults_accept: accept a valid message also when its call meets a fault.
        until_requests: the number of calls after which the faults end; None for never.
        reject_repeats: answer 409 to an id that was accepted before, and do not accept it again.
        retry_after_seconds: the wait that `throttle_seconds` and `throttle_date` ask for.
        drip_ms: the pause before each byte of a `drip` answer.
        receipts: the receipts that follow.
        replies: the replies of recipients.
        seed: the seed of all random choices.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    latency_ms: float = Field(default=20, ge=0)
    jitter_ms: float = Field(default=0, ge=0)
    faults: tuple[Fault, ...] = ()
    faults_accept: bool = False
    until_requests: int | None = Field(default=None, ge=0)
    reject_repeats: bool = False
    retry_after_seconds: int = Field(default=2, ge=0)
    drip_ms: float = Field(default=200, ge=0)
    receipts: ReceiptBehaviour = ReceiptBehaviour()
    replies: ReplyBehaviour = ReplyBehaviour()
    seed: int = 0

    _requests: int = PrivateAttr(default=0)
    _random: random.Random = PrivateAttr(default_factory=random.Random)

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        require_at_most_one((fault.share for fault in self.faults), of="faults")
        return self

    def model_post_init(self, _: object) -> None:
        """Seed the random choices."""
        self._random.seed(self.seed)

    def latency_seconds(self) -> float:
        """Draw the latency of the next answer at random."""
        return max(0, self.latency_ms + self._random.uniform(-1, 1) * self.jitter_ms) / 1000

    def next_fault(self) -> FaultKind | None:
        """Draw the fault of the next call at random, or None."""
        self._requests += 1
        drawn = self._random.random()
        if self.until_requests is not None and self._requests > self.until_requests:
            return None
        return choose(((fault.kind, fault.share) for fault in self.faults), drawn)
