"""The account of one tick: what was done for each mailing, and how long it took."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from notifications.observability import logger


@dataclass
class Account:
    """Messages by mailing and step (`planned`, `released`, `expired`, …), and the time that each step took."""

    _messages: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    _seconds: dict[int, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))

    def timed(self, mailing_id: int, step: str, work: Callable[[], int]) -> int:
        """Do a piece of a step's work for a mailing. Gives how many messages it concerned."""
        started = time.perf_counter()
        messages = work()
        self.add(mailing_id, step, messages, seconds=time.perf_counter() - started)
        return messages

    def add(self, mailing_id: int, step: str, messages: int, *, seconds: float = 0) -> None:
        """Take down a piece of work; one that concerned no message is not worth a word."""
        if messages:
            self._messages[mailing_id][step] += messages
            self._seconds[mailing_id][step] += seconds

    def log(self) -> None:
        """One line for each mailing that something was done for."""
        for mailing_id, messages in self._messages.items():
            milliseconds = {step: round(seconds * 1000, 1) for step, seconds in self._seconds[mailing_id].items()}
            logger.info("mailing ticked", extra={"mailing_id": mailing_id, **messages, "milliseconds": milliseconds})
