"""Checks of receipts: compares deliveries with the receipts that the provider has sent.

All texts of a chaos run have one part, so that each receipt reports the whole message.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import httpx
from sqlalchemy import Connection, text

from local.demo.reconciliation import Count
from notifications.contracts.enumerations import Delivery

SUCCESS = range(200, 300)

_DELIVERIES = text("SELECT m.id, d.state FROM message AS m LEFT JOIN delivery AS d ON d.message_id = m.id")
_OF_MAILINGS = text("SELECT id FROM message WHERE mailing_id = ANY(:mailing_ids)")


class SentReceipt(NamedTuple):
    """A receipt that the provider has sent, and whether the API has accepted it."""

    message_id: int
    delivery: Delivery
    is_acknowledged: bool


def sent(provider_url: str) -> list[SentReceipt]:
    """Read the receipts that the provider simulator has sent since its reset; each attempt counts."""
    lines = httpx.get(f"{provider_url}/callbacks", trust_env=False).raise_for_status().text.splitlines()
    calls = [call for call in map(json.loads, lines) if call["kind"] == "receipts"]
    return [
        SentReceipt(each["id"], Delivery(each["state"]), call["status"] in SUCCESS)
        for call in calls
        for each in call["items"]
    ]


def numbers(provider_url: str) -> dict[str, int]:
    """Return the number of sent receipts by delivery, and that of receipts whose call the API has not accepted."""
    receipts = sent(provider_url)
    by_delivery = Counter(f"receipts, {each.delivery}" for each in receipts if each.is_acknowledged)
    return {
        **dict(sorted(by_delivery.items())),
        "receipts, not accepted": sum(not each.is_acknowledged for each in receipts),
        "receipts, repeated": len(receipts) - len(set(receipts)),
    }


def deliveries(connection: Connection) -> dict[int, Delivery | None]:
    """Read the delivery of each message, None for a message without one."""
    rows = connection.execute(_DELIVERIES)
    return {row.id: None if row.state is None else Delivery(row.state) for row in rows}


def not_applied(found: Mapping[int, Delivery | None], receipts: Iterable[SentReceipt]) -> list[int]:
    """Return the ids of messages that have less than the highest delivery of their acknowledged receipts."""
    highest: dict[int, Delivery] = {}
    for each in receipts:
        if each.is_acknowledged and each.message_id in found:
            highest[each.message_id] = each.delivery.after(highest.get(each.message_id))
    return [each for each, delivery in highest.items() if delivery.after(found[each]) != found[each]]


def unreported(
    found: Mapping[int, Delivery | None], receipts: Iterable[SentReceipt], *, message_ids: Collection[int]
) -> list[int]:
    """Return the ids of messages with a delivery that no receipt reports.

    Args:
        message_ids: the messages of this run.
    """
    reported: dict[int, set[Delivery | None]] = defaultdict(lambda: {None})
    for each in receipts:
        reported[each.message_id].add(each.delivery)
    return [each for each in message_ids if found[each] not in reported[each]]


def are_applied(connection: Connection, provider_url: str) -> bool:
    """Return True if all acknowledged receipts are in the deliveries."""
    return not not_applied(deliveries(connection), sent(provider_url))


def checks(connection: Connection, provider_url: str, mailing_ids: Iterable[int]) -> Iterator[Count]:
    """Yield the checks of receipts, each with its expected count."""
    receipts, found = sent(provider_url), deliveries(connection)
    ids = connection.execute(_OF_MAILINGS, {"mailing_ids": list(mailing_ids)}).scalars().all()
    yield Count("receipts: acknowledged and not in the delivery", len(not_applied(found, receipts)), 0)
    yield Count("receipts: deliveries that no receipt reports", len(unreported(found, receipts, message_ids=ids)), 0)
