"""Deliveries of mailings by receipts, read from running counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from notifications.contracts.enumerations import Delivery, DeliveryGroup, MessageStatus
from notifications.database.tables import mailing, mailing_delivery, mailing_hour
from notifications.mailings import repository as mailings

# Earlier mailings among which the latest with receipts is looked for.
COMPARED = 10

type Counts = Mapping[Delivery, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTotals:
    """Numbers of a mailing's messages by delivery.

    Attributes:
        counts: of all messages that have a delivery.
        share_delivered: delivered ones as a share (0 to 1) of the sent messages; None if nothing was sent. At most 1,
            though a provider may report the delivery of a message that it has refused.
    """

    counts: Counts
    share_delivered: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries(DeliveryTotals):
    """Deliveries of one mailing in detail.

    Attributes:
        share_delivered_before: share of the latest of the ten mailings before it that has receipts; None if none has.
        by_operator_code, by_provider, by_hour: a dict for each value, with the value under the group's name. The hour
            is the one in which the message was sent, in UTC.
    """

    share_delivered_before: float | None
    by_operator_code: Sequence[Mapping[str, str | int]]
    by_provider: Sequence[Mapping[str, str | int]]
    by_hour: Sequence[Mapping[str, str | int]]


def totals(connection: Connection, sent: Mapping[int, int]) -> Mapping[int, DeliveryTotals]:
    """Return the deliveries of mailings.

    Args:
        sent: number of sent messages by mailing.
    """
    c = mailing_delivery.c
    query = (
        select(c.mailing_id, c.state, func.sum(c.n).label("n"))
        .where(c.mailing_id.in_(sent), c.kind == DeliveryGroup.MAILING)
        .group_by(c.mailing_id, c.state)
    )
    found: dict[int, dict[Delivery, int]] = {each: dict.fromkeys(Delivery, 0) for each in sent}
    for row in connection.execute(query):
        found[row.mailing_id][Delivery(row.state)] = int(row.n)
    return {
        each: DeliveryTotals(counts=counts, share_delivered=_share_delivered(counts, sent[each]))
        for each, counts in found.items()
    }


def read(connection: Connection, mailing_id: int, *, sent: int) -> Deliveries:
    """Return the deliveries of a mailing, of which `sent` messages were sent."""
    found = _read_counts(connection, mailing_id)
    whole = found[DeliveryGroup.MAILING].get("", dict.fromkeys(Delivery, 0))
    return Deliveries(
        counts=whole,
        share_delivered=_share_delivered(whole, sent),
        share_delivered_before=_share_before(connection, mailing_id),
        by_operator_code=_listed(found, DeliveryGroup.OPERATOR_CODE),
        by_provider=_listed(found, DeliveryGroup.PROVIDER),
        by_hour=_listed(found, DeliveryGroup.HOUR),
    )


def share_between(connection: Connection, begins: datetime, ends: datetime, *, sent: int) -> float | None:
    """Return the share (0 to 1) of delivered messages among those sent in a half-open interval of full hours.

    Args:
        sent: number of messages sent in it.

    Returns:
        The share; None without sends or receipts.
    """
    sent_then = select(mailing_hour.c.mailing_id).where(mailing_hour.c.hour >= begins, mailing_hour.c.hour < ends)
    c = mailing_delivery.c
    query = (
        select(c.state, func.sum(c.n).label("n"))
        .where(c.mailing_id.in_(sent_then), c.kind == DeliveryGroup.HOUR)
        .where(c.value >= _hour_text(begins), c.value < _hour_text(ends))
        .group_by(c.state)
    )
    counts = dict.fromkeys(Delivery, 0) | {Delivery(row.state): int(row.n) for row in connection.execute(query)}
    return _share_delivered(counts, sent) if any(counts.values()) else None


def _hour_text(hour: datetime) -> str:
    return f"{hour.astimezone(UTC):%Y-%m-%dT%H:00:00Z}"


def _share_before(connection: Connection, mailing_id: int) -> float | None:
    query = (
        select(mailing.c.id)
        .where(mailing.c.id < mailing_id, mailing.c.deleted_at.is_(None))
        .order_by(mailing.c.id.desc())
        .limit(COMPARED)
    )
    stats = mailings.stats(connection, connection.execute(query).scalars().all())
    found = totals(connection, {each: counts[MessageStatus.SENT] for each, counts in stats.items()})
    with_receipts = [each for each, own in found.items() if any(own.counts.values())]
    return found[max(with_receipts)].share_delivered if with_receipts else None


def _share_delivered(counts: Counts, sent: int) -> float | None:
    return round(min(1.0, counts[Delivery.DELIVERED] / sent), 4) if sent else None


def _read_counts(connection: Connection, mailing_id: int) -> Mapping[DeliveryGroup, Mapping[str, Counts]]:
    c = mailing_delivery.c
    query = (
        select(c.kind, c.value, c.state, func.sum(c.n).label("n"))
        .where(c.mailing_id == mailing_id)
        .group_by(c.kind, c.value, c.state)
        .having(func.sum(c.n) != 0)
        .order_by(c.kind, c.value)
    )
    found: dict[DeliveryGroup, dict[str, dict[Delivery, int]]] = {group: {} for group in DeliveryGroup}
    for row in connection.execute(query):
        counts = found[DeliveryGroup(row.kind)].setdefault(row.value, dict.fromkeys(Delivery, 0))
        counts[Delivery(row.state)] = int(row.n)
    return found


def _listed(
    found: Mapping[DeliveryGroup, Mapping[str, Counts]], group: DeliveryGroup
) -> Sequence[Mapping[str, str | int]]:
    return [
        {group.value: value} | {state.value: n for state, n in counts.items()} for value, counts in found[group].items()
    ]
