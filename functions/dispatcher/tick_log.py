"""The account of one tick: what was done for each mailing, and how long it took."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from notifications.contracts.observability import logger

# None: messages outside mailings.
type MailingId = int | None


@dataclass
class TickLog:
    """Messages by mailing and step (`planned`, `released`, `expired`, …), and the time that each step took."""

    _messages: dict[MailingId, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    _seconds: dict[MailingId, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))

    def time[Result](self, mailing_id: MailingId, step: str, work: Callable[[], Result]) -> Result:
        """Do a piece of a step's work for a mailing and take down its time. Gives what the work gives."""
        started = time.perf_counter()
        result = work()
        self._seconds[mailing_id][step] += time.perf_counter() - started
        return result

    def count(self, mailing_id: MailingId, step: str, messages: int) -> None:
        """Take down how many messages a piece of work concerned; one that concerned none is not worth a word."""
        if messages:
            self._messages[mailing_id][step] += messages

    def write(self) -> None:
        """One line for each mailing that something was done for."""
        for mailing_id, messages in self._messages.items():
            milliseconds = {step: round(self._seconds[mailing_id][step] * 1000, 1) for step in messages}
            event = "direct messages ticked" if mailing_id is None else "mailing ticked"
            logger.info(event, extra={"mailing_id": mailing_id, **messages, "milliseconds": milliseconds})
