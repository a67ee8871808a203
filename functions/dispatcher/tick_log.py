"""Log of one tick: numbers of messages and times, by mailing and step."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from notifications.contracts.observability import logger

# None: messages outside mailings.
type MailingId = int | None


@dataclass
class TickLog:
    """Numbers of messages and seconds, by mailing and step (`planned`, `released`, `expired`, …)."""

    _messages: dict[MailingId, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    _seconds: dict[MailingId, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))

    def time[Result](self, mailing_id: MailingId, step: str, work: Callable[[], Result]) -> Result:
        """Run a piece of a step's work, add its time to the step, and return its result."""
        started = time.perf_counter()
        result = work()
        self._seconds[mailing_id][step] += time.perf_counter() - started
        return result

    def count(self, mailing_id: MailingId, step: str, messages: int) -> None:
        """Add to the number of messages of a step. A step without messages is not logged."""
        if messages:
            self._messages[mailing_id][step] += messages

    def write(self) -> None:
        """Write one line for each mailing that has a counted step."""
        for mailing_id, messages in self._messages.items():
            milliseconds = {step: round(self._seconds[mailing_id][step] * 1000, 1) for step in messages}
            event = "direct messages ticked" if mailing_id is None else "mailing ticked"
            logger.info(event, extra={"mailing_id": mailing_id, **messages, "milliseconds": milliseconds})
