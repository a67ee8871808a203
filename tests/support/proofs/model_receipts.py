"""Receipts of the model's provider, true and false, with checks of all that they change."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, text

from notifications.contracts.enumerations import Delivery, MessageStatus, ReceiptState
from notifications.contracts.reasons import Reason
from notifications.message_state.deliveries import Receipt
from notifications.messages import receipts

AT_MOST = 100

type ModelReceipt = tuple[int, ReceiptState]

_STATES = text("SELECT id, status, in_doubt, last_error_code FROM message")
_EARLY = text("SELECT DISTINCT message_id FROM early_receipt")
_DELIVERIES = text("SELECT message_id, state FROM delivery")


def is_true(given: ModelReceipt, accepted: Mapping[int, int]) -> bool:
    """Return True if a receipt agrees with what the provider has accepted."""
    message_id, state = given
    return (state == ReceiptState.REFUSED) != bool(accepted[message_id])


@dataclass
class Receipts:
    """Sends receipts, and checks that each change of a status is the end of a doubt.

    Attributes:
        reported: messages of which a receipt says that they were accepted.
        refused: messages whose doubt a receipt has ended by the provider's word that it had not taken them.
        proved: messages of which a receipt said that they were accepted, while they were in doubt.
        confirmed: messages whose first such receipt was true.
        expected: the delivery of each message after its receipts.
    """

    engine: Engine
    provider: str
    reported: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    proved: set[int] = field(default_factory=set)
    confirmed: set[int] = field(default_factory=set)
    expected: dict[int, Delivery] = field(default_factory=dict)
    _early: dict[int, list[ReceiptState]] = field(default_factory=lambda: defaultdict(list))

    def send(self, given: Sequence[ModelReceipt], *, accepted: Mapping[int, int], now: datetime) -> set[int]:
        """Apply receipts in one transaction, and again, and return the messages whose doubt they have ended.

        Args:
            accepted: numbers of calls that the provider has accepted, by message.
        """
        batch = [Receipt(provider=self.provider, message_id=id_, state=state, at=now) for id_, state in given]
        before, reported = self._states(), set(self.reported)
        settled = self._apply(given, lambda: receipts.receive(self.engine, batch, now=now))
        for message_id, state in given:
            if message_id in before:
                self._expect(message_id, state)
            else:
                self._early[message_id].append(state)
        assert self._apply(given, lambda: receipts.receive(self.engine, batch, now=now)) == set()
        self.confirmed |= {each for each in self.reported - reported if accepted[each]}
        return settled

    def apply_early(self, *, now: datetime) -> set[int]:
        """Apply receipts whose messages are known by now, and return the messages whose doubt they have ended."""
        kept = self._ids(_EARLY)
        given = [(message_id, state) for message_id in kept for state in self._early[message_id]]
        settled = self._apply(given, lambda: receipts.apply_kept(self.engine, now=now, at_most=AT_MOST))
        known = self._states()
        for message_id in kept - self._ids(_EARLY):
            for state in self._early.pop(message_id):
                if message_id in known:
                    self._expect(message_id, state)
        return settled

    def differences(self) -> dict[int, tuple[str | None, str | None]]:
        """Return the messages whose delivery is not the expected one, with both."""
        with self.engine.connect() as connection:
            found = {row.message_id: row.state for row in connection.execute(_DELIVERIES)}
        ids = found.keys() | self.expected.keys()
        both = {each: (found.get(each), self.expected.get(each)) for each in ids}
        return {each: pair for each, pair in both.items() if pair[0] != pair[1]}

    def _expect(self, message_id: int, state: ReceiptState) -> None:
        is_refused = state == ReceiptState.REFUSED
        delivery = Delivery.UNDELIVERABLE if is_refused else Delivery(state)
        self.expected[message_id] = delivery.after(self.expected.get(message_id))

    def _apply(self, given: Sequence[ModelReceipt], apply: Callable[[], None]) -> set[int]:
        """Apply receipts, and check that they have changed no status but those of messages in doubt.

        The first receipts of a message end its doubt also if they say that the provider has not taken it. A message
        that an operator gave up, or that a receipt refused, is still in doubt in this sense.
        """
        before = self._states()
        self.reported |= {message_id for message_id, state in given if state != ReceiptState.REFUSED}
        refused = {message_id for message_id, state in given if state == ReceiptState.REFUSED}
        doubtful = {each for each, row in before.items() if row.in_doubt and row.status != MessageStatus.SENDING}
        denied = refused & doubtful - self.reported - self.expected.keys()
        apply()
        after = self._states()
        assert not any(after[each].in_doubt for each in denied)
        settled = {each for each in before if before[each].status != after[each].status}
        for each in settled:
            was, becomes = before[each], after[each]
            assert was.in_doubt or was.last_error_code in (Reason.GIVEN_UP, Reason.REFUSED_LATER)
            assert not becomes.in_doubt
            if becomes.status == MessageStatus.SENT:
                assert each in self.reported
            else:
                assert was.in_doubt
                assert each in refused
                assert becomes.status in (MessageStatus.PENDING, MessageStatus.FAILED)
                self.refused.add(each)
        accepted = {message_id for message_id, state in given if state != ReceiptState.REFUSED}
        self.proved |= {each for each in accepted & before.keys() if before[each].in_doubt}
        return settled

    def _states(self) -> dict[int, Row[Any]]:
        with self.engine.connect() as connection:
            return {row.id: row for row in connection.execute(_STATES)}

    def _ids(self, query: Any) -> set[int]:
        with self.engine.connect() as connection:
            return set(connection.execute(query).scalars())
