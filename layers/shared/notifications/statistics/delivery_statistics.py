"""Deliveries of mailings, read from running counts: no deliveries of messages are counted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from notifications.contracts.enumerations import Delivery, DeliveryGroup, GroupKind, MessageStatus
from notifications.database.tables import mailing, mailing_delivery, mailing_hour
from notifications.mailings import repository as mailings
from notifications.mailings.repository import Stats

# Mailings among which the one before with a delivery rate is looked for.
COMPARED_MAILINGS = 10

type Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingDeliveries:
    """Deliveries of one mailing: in total, and a dict for each value of a group.

    Attributes:
        by_hour: by the UTC hour in which the messages were sent.
        by_provider: by the provider that reported them. It has no rate, since only messages with a receipt name one.
        rate_before: delivery rate of the mailing before that has one.
    """

    total: dict[str, Any]
    rate_before: float | None
    by_operator_code: Sequence[dict[str, Any]]
    by_provider: Sequence[dict[str, Any]]
    by_hour: Sequence[dict[str, Any]]


def rate(delivered: int, sent: int, *, has_receipts: bool) -> float | None:
    """Return the share (0 to 1) of sent messages that were delivered, or None if nothing was sent or reported."""
    # A provider may deliver what it has refused, so that more messages are delivered than sent.
    return min(delivered / sent, 1.0) if sent and has_receipts else None


def totals(connection: Connection, stats: Mapping[int, Stats]) -> dict[int, dict[str, Any]]:
    """Return the deliveries of each mailing.

    Args:
        stats: numbers of messages by status, of each mailing.
    """
    query = (
        select(mailing_delivery.c.mailing_id, mailing_delivery.c.state, func.sum(mailing_delivery.c.n).label("n"))
        .where(mailing_delivery.c.mailing_id.in_(stats), mailing_delivery.c.kind == DeliveryGroup.MAILING)
        .group_by(mailing_delivery.c.mailing_id, mailing_delivery.c.state)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(query):
        found[row.mailing_id][row.state] = int(row.n)
    return {each: _with_rate(found[each], counts[MessageStatus.SENT]) for each, counts in stats.items()}


def read(
    connection: Connection,
    mailing_id: int,
    *,
    sent: int,
    by_operator_code: Sequence[dict[str, Any]],
    by_hour: Sequence[dict[str, Any]],
) -> MailingDeliveries:
    """Return the deliveries of a mailing.

    Args:
        sent: number of its sent messages.
        by_operator_code, by_hour: its statistics, a dict for each value, with the number of messages sent.
    """
    groups = _read_groups(connection, mailing_id)
    codes, hours = GroupKind.OPERATOR_CODE, "hour"
    return MailingDeliveries(
        total=_with_rate(groups[DeliveryGroup.MAILING].get("", {}), sent),
        rate_before=_rate_before(connection, mailing_id),
        by_operator_code=_by(codes, groups[DeliveryGroup.OPERATOR_CODE], _sent_by(codes, by_operator_code)),
        by_provider=[
            {"provider": name, **_by_state(counts)} for name, counts in sorted(groups[DeliveryGroup.PROVIDER].items())
        ],
        by_hour=_by(hours, _in_hours(groups[DeliveryGroup.HOUR]), _sent_by(hours, by_hour)),
    )


def rate_between(connection: Connection, begins: datetime, ends: datetime, *, sent: int) -> float | None:
    """Return the delivery rate of the messages sent in a half-open interval of full hours.

    Args:
        sent: number of messages sent in it.
    """
    in_time = (mailing_hour.c.hour >= begins) & (mailing_hour.c.hour < ends)
    table = mailing_delivery.c
    query = (
        select(table.state, func.sum(table.n).label("n"))
        .where(table.mailing_id.in_(select(mailing_hour.c.mailing_id).where(in_time)))
        .where(table.kind == DeliveryGroup.HOUR, table.value >= _hour_text(begins), table.value < _hour_text(ends))
        .group_by(table.state)
    )
    counts = {row.state: int(row.n) for row in connection.execute(query)}
    return rate(counts.get(Delivery.DELIVERED, 0), sent, has_receipts=sum(counts.values()) > 0)


def _hour_text(hour: datetime) -> str:
    return f"{hour.astimezone(UTC):%Y-%m-%dT%H:00:00Z}"


def _rate_before(connection: Connection, mailing_id: int) -> float | None:
    query = (
        select(mailing.c.id)
        .where(mailing.c.id < mailing_id, mailing.c.deleted_at.is_(None))
        .order_by(mailing.c.id.desc())
        .limit(COMPARED_MAILINGS)
    )
    ids = connection.execute(query).scalars().all()
    found = totals(connection, mailings.stats(connection, ids))
    rates = (found[each]["delivery_rate"] for each in ids)
    return next((each for each in rates if each is not None), None)


def _read_groups(connection: Connection, mailing_id: int) -> Mapping[str, Mapping[str, Counts]]:
    """Return counts by kind of group, value and delivery."""
    table = mailing_delivery.c
    query = (
        select(table.kind, table.value, table.state, func.sum(table.n).label("n"))
        .where(table.mailing_id == mailing_id)
        .group_by(table.kind, table.value, table.state)
        .having(func.sum(table.n) != 0)
    )
    found: dict[str, dict[str, dict[str, int]]] = {kind: defaultdict(dict) for kind in DeliveryGroup}
    for row in connection.execute(query):
        found[row.kind][row.value][row.state] = int(row.n)
    return found


def _in_hours(by_text: Mapping[str, Counts]) -> Mapping[datetime, Counts]:
    return {datetime.fromisoformat(hour): counts for hour, counts in by_text.items()}


def _sent_by(name: str, groups: Sequence[Mapping[str, Any]]) -> dict[Any, int]:
    return {each[name]: each[MessageStatus.SENT] for each in groups if each[MessageStatus.SENT]}


def _by[Value: (str, datetime)](
    name: str, found: Mapping[Value, Counts], sent: Mapping[Value, int]
) -> list[dict[str, Any]]:
    """Return the deliveries of each value that has sent messages or deliveries."""
    values = sorted(found.keys() | sent.keys())
    return [{name: each, **_with_rate(found.get(each, {}), sent.get(each, 0))} for each in values]


def _by_state(counts: Counts) -> dict[str, int]:
    return {state.value: counts.get(state, 0) for state in Delivery}


def _with_rate(counts: Counts, sent: int) -> dict[str, Any]:
    by_state = _by_state(counts)
    known = sum(by_state.values())
    delivered = by_state[Delivery.DELIVERED]
    return {
        **by_state,
        # A refused message may have a delivery without being sent.
        "without_receipt": max(sent - known, 0),
        "delivery_rate": rate(delivered, sent, has_receipts=known > 0),
    }
