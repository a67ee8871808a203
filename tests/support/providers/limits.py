"""Providers that limit their calls, in a simulation: each answers a call at a time, in seconds."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Answer(StrEnum):
    """Answer of a simulated provider to one call."""

    ACCEPTED = "accepted"
    THROTTLED = "throttled"
    FAILED = "failed"


class Limit(Protocol):
    """A provider's limit."""

    def answer(self, at: float, phone: int) -> Answer:
        """Answer a call to a phone."""

    def capacity(self, at: float) -> float:
        """Return the calls a second that the provider accepts."""

    def retry_after(self, at: float) -> float | None:
        """Return the pause that a throttled call is told, in seconds."""


@dataclass
class Unlimited:
    """Accepts every call."""

    def answer(self, at: float, phone: int) -> Answer:  # noqa: ARG002
        return Answer.ACCEPTED

    def capacity(self, at: float) -> float:  # noqa: ARG002
        return math.inf

    def retry_after(self, at: float) -> float | None:  # noqa: ARG002
        return None


@dataclass
class Sliding(Unlimited):
    """Accepts a number of calls in any second."""

    limit: float
    accepted: deque[float] = field(default_factory=deque)

    def answer(self, at: float, phone: int) -> Answer:  # noqa: ARG002
        while self.accepted and self.accepted[0] <= at - 1:
            self.accepted.popleft()
        if len(self.accepted) >= self.limit:
            return Answer.THROTTLED
        self.accepted.append(at)
        return Answer.ACCEPTED

    def capacity(self, at: float) -> float:  # noqa: ARG002
        return self.limit


@dataclass
class Calendar(Unlimited):
    """Accepts a number of calls in each second of the clock, and names the next one."""

    limit: float
    seconds: float = 1
    number: int = -1
    used: int = 0

    def answer(self, at: float, phone: int) -> Answer:  # noqa: ARG002
        number = int(at // self.seconds)
        if number != self.number:
            self.number, self.used = number, 0
        self.used += 1
        return Answer.ACCEPTED if self.used <= self.limit * self.seconds else Answer.THROTTLED

    def capacity(self, at: float) -> float:  # noqa: ARG002
        return self.limit

    def retry_after(self, at: float) -> float | None:
        return math.ceil(self.seconds - at % self.seconds)


@dataclass
class TokenBucket(Unlimited):
    """Accepts a call for each token. A full bucket has the tokens of a number of seconds."""

    limit: float
    seconds: float
    tokens: float = math.nan
    filled_at: float = 0

    def answer(self, at: float, phone: int) -> Answer:  # noqa: ARG002
        full = max(1.0, self.limit * self.seconds)
        before = full if math.isnan(self.tokens) else self.tokens
        self.tokens = min(full, before + (at - self.filled_at) * self.limit)
        self.filled_at = at
        if self.tokens < 1:
            return Answer.THROTTLED
        self.tokens -= 1
        return Answer.ACCEPTED

    def capacity(self, at: float) -> float:  # noqa: ARG002
        return self.limit


@dataclass
class Trouble(Unlimited):
    """Is one provider until a time, another until a second time, and then the first one again."""

    usual: Limit
    troubled: Limit
    begins: float
    ends: float

    def _of(self, at: float) -> Limit:
        return self.troubled if self.begins <= at < self.ends else self.usual

    def answer(self, at: float, phone: int) -> Answer:
        return self._of(at).answer(at, phone)

    def capacity(self, at: float) -> float:
        return self._of(at).capacity(at)

    def retry_after(self, at: float) -> float | None:
        return self._of(at).retry_after(at)


@dataclass
class Scripted(Unlimited):
    """Answers as a function of time and phone says, before its limit."""

    script: Callable[[float, int], Answer]
    limit: Limit = field(default_factory=Unlimited)
    pause: float | None = None

    def answer(self, at: float, phone: int) -> Answer:
        answer = self.script(at, phone)
        return self.limit.answer(at, phone) if answer == Answer.ACCEPTED else answer

    def capacity(self, at: float) -> float:
        return 0 if self.script(at, 1) == Answer.FAILED else self.limit.capacity(at)

    def retry_after(self, at: float) -> float | None:
        return self.limit.retry_after(at) if self.pause is None else self.pause
