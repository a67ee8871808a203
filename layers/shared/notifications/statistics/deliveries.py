"""Deliveries of mailings by receipts, read from running counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from notifications.contracts.enumerations import Delivery, DeliveryGroup
from notifications.database.tables import mailing_delivery

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
        by_operator_code, by_provider, by_hour: a dict for each value, with the value under the group's name. The hour
            is the one in which the message was sent, in UTC.
    """

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
        by_operator_code=_listed(found, DeliveryGroup.OPERATOR_CODE),
        by_provider=_listed(found, DeliveryGroup.PROVIDER),
        by_hour=_listed(found, DeliveryGroup.HOUR),
    )


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
