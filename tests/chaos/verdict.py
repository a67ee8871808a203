"""The account at the end: what the database says against what the provider accepted, call by call."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from notifications.schedules.send_windows import next_opening
from tests.chaos.recorder import Terms

# A sender's invocation, and so what it has claimed, is over by then.
CLAIM_LASTS = timedelta(seconds=60)
# From the clock that a claim goes by to its row, and from a change of a mailing to its commit.
CLAIM_TAKES = timedelta(seconds=2)
# From the last check of the time to the provider's word, on a busy machine.
CALL_TAKES = timedelta(seconds=5)


class Message(NamedTuple):
    """A message to a member of the audience; `client_id` is None for a test send."""

    id: int
    client_id: int | None
    status: str
    in_doubt: bool
    timezone: str


@dataclass(frozen=True)
class Witnessed:
    """What was seen of one mailing.

    Attributes:
        accepted: the provider's accepted calls: message id and moment.
        claims: when each message was claimed, in order.
        terms: what the mailing allowed, in order.
    """

    messages: Sequence[Message]
    accepted: Sequence[tuple[int, datetime]]
    claims: Mapping[int, Sequence[datetime]]
    terms: Sequence[Terms]

    def with_status(self, *statuses: str) -> set[int]:
        """The ids of the messages that have one of these."""
        return {message.id for message in self.messages if message.status in statuses}

    def unproven(self) -> set[int]:
        """Accepted, not `sent`, and not even in doubt: the service does not know of it."""
        known = self.with_status("sent") | {message.id for message in self.messages if message.in_doubt}
        return {message_id for message_id, _ in self.accepted} - known

    def invented(self) -> set[int]:
        """`sent`, but never accepted."""
        return self.with_status("sent") - {message_id for message_id, _ in self.accepted}

    def unclaimed(self) -> list[int]:
        """Calls that no claim explains."""
        return [each for each, at in self.accepted if self._claim_of(each, at) is None]

    def forbidden(self) -> list[int]:
        """Calls whose claim the mailing did not allow at its moment: paused, over, or out of the window."""
        zones = {message.id: message.timezone for message in self.messages}
        claimed = [(each, self._claim_of(each, at)) for each, at in self.accepted]
        return [each for each, claim in claimed if claim and not self._allowed(claim, zones[each])]

    def late(self) -> list[int]:
        """Calls after the mailing's end."""
        end = max(term.ends_at for term in self.terms)
        return [each for each, at in self.accepted if at >= end + CALL_TAKES]

    def out_of_window(self) -> list[int]:
        """Calls out of the window of their claim, which may have closed in between."""
        zones = {message.id: message.timezone for message in self.messages}
        found = []
        for each, at in self.accepted:
            claim = self._claim_of(each, at)
            if claim and not any(
                is_open(term, at, zones[each]) or is_open(term, at - CALL_TAKES, zones[each])
                for term in self._in_force(claim)
            ):
                found.append(each)
        return found

    def _claim_of(self, message_id: int, at: datetime) -> datetime | None:
        claims = self.claims.get(message_id, ())
        last = bisect_right(claims, at) - 1
        return claims[last] if last >= 0 and at - claims[last] < CLAIM_LASTS else None

    def _in_force(self, at: datetime) -> Iterable[Terms]:
        """What the mailing allowed shortly before a moment, and at it."""
        first = max(bisect_right(self.terms, at - CLAIM_TAKES, key=_at) - 1, 0)
        return self.terms[first : bisect_right(self.terms, at, key=_at)]

    def _allowed(self, claim: datetime, zone: str) -> bool:
        return any(
            term.status == "running" and (is_open(term, claim, zone) or is_open(term, claim - CLAIM_TAKES, zone))
            for term in self._in_force(claim)
        )


def is_open(term: Terms, at: datetime, zone: str) -> bool:
    """Whether a client in a zone may be messaged at a moment."""
    opening = next_opening(at, zone, term.window, term.ends_at)
    return opening is not None and opening.due_at == at


def _at(term: Terms) -> datetime:
    return term.at
