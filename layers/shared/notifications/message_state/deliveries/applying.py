"""Apply receipts to messages: their deliveries, the counts of these, and the doubts that they settle."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, text

from notifications.contracts.enumerations import Delivery, MessageStatus
from notifications.contracts.reasons import PHRASES, Reason
from notifications.database import statements
from notifications.message_state.deliveries.receipts import Receipt
from notifications.message_state.deliveries.rules import Doubt, MessageDelivery, Part, after, settle, unconfirmed
from notifications.message_state.outcomes import MAX_ATTEMPTS
from notifications.message_state.transition import CLIENT_DELETED, COUNT_SHARDS, execute, load_transition

_LOCK = text("SELECT id FROM message WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE")
_READ = statements.load(Path(__file__).with_name("read.sql"), client_deleted=CLIENT_DELETED)
_SAVE = statements.load(Path(__file__).with_name("save.sql"), shards=str(COUNT_SHARDS))
_PROVE = text("UPDATE message SET is_proved = true WHERE id = ANY(CAST(:ids AS bigint[])) AND NOT is_proved")
_SETTLE = load_transition(
    Path(__file__).with_name("settle.sql"),
    refused_text=PHRASES[Reason.REFUSED_LATER],
    refused_code=Reason.REFUSED_LATER,
)


@dataclass(frozen=True, slots=True)
class Applied:
    """Result of a batch of receipts.

    Attributes:
        deliveries: numbers of messages by their new delivery.
        settled: numbers of messages in doubt by the status that a receipt has given them.
        unknown: receipts of messages that do not exist.
    """

    deliveries: Mapping[Delivery, int]
    settled: Mapping[MessageStatus, int]
    unknown: Sequence[Receipt]


@dataclass(frozen=True, slots=True)
class _Stored:
    """A locked message with its stored delivery.

    Attributes:
        provider: the provider of the first receipt; None before it.
        hour: a moment of the hour in which it was sent, None if it is not known.
    """

    id: int
    mailing_id: int | None
    operator_code: str
    provider: str | None
    hour: datetime | None
    doubt: Doubt
    delivery: MessageDelivery


@dataclass(frozen=True, slots=True)
class _Change:
    stored: _Stored
    provider: str
    delivery: MessageDelivery

    @property
    def status(self) -> MessageStatus | None:
        """Return the status that settles the message's doubt, if any."""
        return settle(self.stored.doubt, self.delivery, refused_now=not self.delivery.is_accepted)

    def as_row(self) -> dict[str, Any]:
        """Return the delivery as a row, with the state before it."""
        deciding = self.delivery.deciding or next(iter(self.delivery.parts.values()))
        return {
            "message_id": self.stored.id,
            "mailing_id": self.stored.mailing_id,
            "provider": self.stored.provider or self.provider,
            "operator_code": self.stored.operator_code,
            "state": self.delivery.state,
            "is_accepted": self.delivery.is_accepted,
            "parts": _parts_json(self.delivery),
            "part_count": self.delivery.part_count,
            "code": deciding.code,
            "words": deciding.words,
            "at": deciding.at.isoformat(),
            "hour": (self.stored.hour or deciding.at).isoformat(),
            "was": self.stored.delivery.state,
        }


def apply(connection: Connection, receipts: Iterable[Receipt], *, now: datetime) -> Applied:
    """Apply receipts in one transaction, in any order and any number of times.

    The messages are locked first, so that concurrent batches see each other's deliveries.
    """
    by_message: dict[int, list[Receipt]] = defaultdict(list)
    for each in receipts:
        by_message[each.message_id].append(each)
    found = connection.execute(_LOCK, {"ids": list(by_message)}).scalars().all()
    rows = connection.execute(_READ, {"ids": list(found), "now": now, "max_attempts": MAX_ATTEMPTS})
    changes = [change for row in rows if (change := _change(_read(row), by_message[row.id]))]
    _save(connection, changes)
    _prove(connection, changes)
    settled = _settle(connection, changes, now)
    unknown = [each for id_, own in by_message.items() if id_ not in set(found) for each in own]
    return Applied(_numbers(each.delivery.state for each in changes), settled, unknown)


def mark_unconfirmed(connection: Connection, ids: Sequence[int], *, provider: str, now: datetime) -> int:
    """Give sent messages without receipts the delivery `unconfirmed`, and return their number.

    They are locked first, so that a message with a receipt that came meanwhile is left out.
    """
    connection.execute(_LOCK, {"ids": ids})
    rows = connection.execute(_READ, {"ids": ids, "now": now, "max_attempts": MAX_ATTEMPTS})
    sent = [each for each in map(_read, rows) if each.doubt.status == MessageStatus.SENT]
    waiting = [each for each in sent if each.delivery == MessageDelivery()]
    _save(connection, [_Change(each, provider, unconfirmed(now)) for each in waiting])
    return len(waiting)


def _read(row: Row[Any]) -> _Stored:
    return _Stored(
        id=row.id,
        mailing_id=row.mailing_id,
        operator_code=row.operator_code,
        provider=row.provider,
        hour=row.hour or row.sent_at,
        doubt=Doubt(MessageStatus(row.status), row.in_doubt, row.last_error_code, row.may_be_sent),
        delivery=_read_delivery(row),
    )


def _read_delivery(row: Row[Any]) -> MessageDelivery:
    if row.parts is None:
        return MessageDelivery()
    return MessageDelivery(_read_parts(row.parts), row.part_count, row.is_accepted)


def _read_parts(stored: Mapping[str, Any]) -> dict[int, Part]:
    return {
        int(number): Part(Delivery(each["state"]), datetime.fromisoformat(each["at"]), each["code"], each["words"])
        for number, each in stored.items()
    }


def _change(stored: _Stored, receipts: Sequence[Receipt]) -> _Change | None:
    """Return the change that the receipts make, or None if all of them are repeats."""
    delivery = after(stored.delivery, receipts)
    return None if delivery == stored.delivery else _Change(stored, receipts[0].provider, delivery)


def _parts_json(delivery: MessageDelivery) -> dict[str, Any]:
    return {
        str(number): {"state": part.state, "at": part.at.isoformat(), "code": part.code, "words": part.words}
        for number, part in sorted(delivery.parts.items())
    }


def _save(connection: Connection, changes: Sequence[_Change]) -> None:
    if changes:
        connection.execute(_SAVE, {"rows": json.dumps([each.as_row() for each in changes])})


def _prove(connection: Connection, changes: Sequence[_Change]) -> None:
    """Tell the senders of messages that the provider has accepted them. A column, since they read the locked row."""
    accepted = [each.stored for each in changes if each.delivery.is_accepted]
    held = [each.id for each in accepted if each.doubt.status == MessageStatus.SENDING]
    if held:
        connection.execute(_PROVE, {"ids": held})


def _settle(connection: Connection, changes: Sequence[_Change], now: datetime) -> Mapping[MessageStatus, int]:
    settled = {each.stored.id: status for each in changes if (status := each.status) is not None}
    if not settled:
        return {}
    execute(connection, _SETTLE, ids=list(settled), statuses=list(settled.values()), now=now)
    return _numbers(settled.values())


def _numbers[Member](members: Iterable[Member | None]) -> dict[Member, int]:
    numbers: dict[Member, int] = defaultdict(int)
    for each in members:
        if each is not None:
            numbers[each] += 1
    return dict(numbers)
