"""Checks of one mailing: compares messages, claims and the provider's accepted calls."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from notifications.contracts.enumerations import UNACCEPTED_STATUSES
from notifications.schedules.call_schedule import BATCH, MAX_WAIT
from notifications.schedules.send_windows import next_opening
from tests.chaos.recorder import Terms

# Longer than the time from a claim to its last call.
MAX_CLAIM_AGE = timedelta(seconds=60)
# Tolerance between the time that a claim is decided by and its row, or between a change of a mailing and its commit.
CLAIM_TOLERANCE = timedelta(seconds=2)
# Tolerance between the last check of the time and the provider's record, on a busy machine.
CALL_TOLERANCE = timedelta(seconds=5)


class Message(NamedTuple):
    """A message to a member of the audience; `client_id` is None for a test send."""

    id: int
    client_id: int | None
    status: str
    in_doubt: bool
    timezone: str


@dataclass(frozen=True)
class Observations:
    """Records of one mailing from the database and the provider.

    Attributes:
        accepted: accepted calls, as message id and time.
        claims: times of claims by message, oldest first.
        terms: terms of the mailing, oldest first.
    """

    messages: Sequence[Message]
    accepted: Sequence[tuple[int, datetime]]
    claims: Mapping[int, Sequence[datetime]]
    terms: Sequence[Terms]

    def with_status(self, *statuses: str) -> set[int]:
        """Return the ids of messages with one of these statuses."""
        return {message.id for message in self.messages if message.status in statuses}

    def accepted_but_not_recorded(self) -> set[int]:
        """Return the ids of messages that the provider has accepted, but that are neither `sent` nor in doubt."""
        known = self.with_status("sent") | {message.id for message in self.messages if message.in_doubt}
        return {message_id for message_id, _ in self.accepted} - known

    def ended_in_doubt(self) -> set[int]:
        """Return the ids of messages in doubt that have ended otherwise than `unknown`."""
        ended = self.with_status("sent", *UNACCEPTED_STATUSES)
        return {message.id for message in self.messages if message.in_doubt} & ended

    def sent_but_not_accepted(self) -> set[int]:
        """Return the ids of messages that are `sent`, but that the provider has not accepted."""
        return self.with_status("sent") - {message_id for message_id, _ in self.accepted}

    def called_without_claim(self) -> list[int]:
        """Return the ids of accepted calls without a claim before them."""
        return [each for each, at in self.accepted if self._claim_of(each, at) is None]

    def claimed_when_forbidden(self) -> list[int]:
        """Return the ids of calls claimed while the mailing was paused or over, or outside its window."""
        zones = {message.id: message.timezone for message in self.messages}
        claimed = [(each, self._claim_of(each, at)) for each, at in self.accepted]
        return [each for each, claim in claimed if claim and not self._allowed(claim, zones[each])]

    def called_after_end(self) -> list[int]:
        """Return the ids of calls after the mailing's end."""
        end = max(term.ends_at for term in self.terms)
        return [each for each, at in self.accepted if at >= end + CALL_TOLERANCE]

    def called_out_of_window(self) -> list[int]:
        """Return the ids of calls outside the window that was in force at their claim."""
        zones = {message.id: message.timezone for message in self.messages}
        found = []
        for each, at in self.accepted:
            claim = self._claim_of(each, at)
            if claim and not any(
                is_open(term, at, zones[each]) or is_open(term, at - CALL_TOLERANCE, zones[each])
                for term in self._in_force(claim)
            ):
                found.append(each)
        return found

    def called_too_fast(self) -> list[int]:
        """Return the ids of calls that begin 10 seconds, or one, with more calls than the mailing's rate allows."""
        calls = sorted(self.accepted, key=_time)
        found = []
        for number, (each, at) in enumerate(calls):
            for seconds, room in ((10, BATCH), (1, 1)):
                last = bisect_left(calls, at + timedelta(seconds=seconds), key=_time)
                rate = self._highest_rate(at, calls[last - 1][1])
                # A second may have twice the rate.
                spread = max(seconds, 2) + CALL_TOLERANCE.total_seconds()
                if rate is not None and last - number > rate * spread + room:
                    found.append(each)
        return found

    def _highest_rate(self, begins: datetime, ends: datetime) -> int | None:
        """Return the highest rate of calls in an interval, at their claims or later; None if there was no limit."""
        first = max(bisect_right(self.terms, begins - MAX_WAIT - CALL_TOLERANCE, key=_at) - 1, 0)
        rates = [term.max_rate for term in self.terms[first : bisect_right(self.terms, ends, key=_at)]]
        limited = [rate for rate in rates if rate is not None]
        return max(limited) if len(limited) == len(rates) > 0 else None

    def _claim_of(self, message_id: int, at: datetime) -> datetime | None:
        claims = self.claims.get(message_id, ())
        last = bisect_right(claims, at) - 1
        return claims[last] if last >= 0 and at - claims[last] < MAX_CLAIM_AGE else None

    def _in_force(self, at: datetime) -> Iterable[Terms]:
        """Return the terms in force shortly before the time and at it."""
        first = max(bisect_right(self.terms, at - CLAIM_TOLERANCE, key=_at) - 1, 0)
        return self.terms[first : bisect_right(self.terms, at, key=_at)]

    def _allowed(self, claim: datetime, zone: str) -> bool:
        return any(
            term.status == "running" and (is_open(term, claim, zone) or is_open(term, claim - CLAIM_TOLERANCE, zone))
            for term in self._in_force(claim)
        )


def is_open(term: Terms, at: datetime, zone: str) -> bool:
    """Return True if a client in the zone may be messaged at the time."""
    opening = next_opening(at, zone, term.window, term.ends_at)
    return opening is not None and opening.due_at == at


def _at(term: Terms) -> datetime:
    return term.at


def _time(call: tuple[int, datetime]) -> datetime:
    return call[1]
