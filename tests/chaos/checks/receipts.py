"""Checks of receipts: compares deliveries with the receipts that the provider has sent."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import httpx
from sqlalchemy import Connection, text

from local.demo.reconciliation import Count
from notifications.contracts.enumerations import Delivery

SUCCESS = range(200, 300)

_DELIVERIES = text("SELECT m.id, d.state FROM message AS m LEFT JOIN delivery AS d ON d.message_id = m.id")
_OF_MAILINGS = text("SELECT id FROM message WHERE mailing_id = ANY(:mailing_ids)")


class Sent(NamedTuple):
    """A receipt that the provider has sent, and whether the API has accepted it."""

    message_id: int
    delivery: Delivery
    is_acknowledged: bool


def sent(provider_url: str) -> list[Sent]:
    """Read the receipts that the provider simulator has sent since its reset; each attempt counts."""
    lines = httpx.get(f"{provider_url}/callbacks", trust_env=False).raise_for_status().text.splitlines()
    calls = [call for call in map(json.loads, lines) if call["kind"] == "receipts"]
    return [
        Sent(each["id"], Delivery(each["state"]), call["status"] in SUCCESS) for call in calls for each in call["items"]
    ]


def deliveries(connection: Connection) -> dict[int, Delivery | None]:
    """Read the delivery of each message, None for a message without one."""
    rows = connection.execute(_DELIVERIES)
    return {row.id: None if row.state is None else Delivery(row.state) for row in rows}


def not_applied(found: Mapping[int, Delivery | None], receipts: Iterable[Sent]) -> list[int]:
    """Return the ids of messages that have less than the highest delivery of their acknowledged receipts."""
    highest: dict[int, Delivery] = {}
    for each in receipts:
        if each.is_acknowledged and each.message_id in found:
            highest[each.message_id] = each.delivery.after(highest.get(each.message_id))
    return [each for each, told in highest.items() if told.after(found[each]) != found[each]]


def never_told(
    found: Mapping[int, Delivery | None], receipts: Iterable[Sent], *, message_ids: Collection[int]
) -> list[int]:
    """Return the ids of messages with a delivery that no receipt has told.

    Args:
        message_ids: the messages of this run.
    """
    told: dict[int, set[Delivery]] = defaultdict(set)
    for each in receipts:
        told[each.message_id].add(each.delivery)
    return [each for each in message_ids if (known := found[each]) is not None and known not in told[each]]


def are_applied(connection: Connection, provider_url: str) -> bool:
    """Return True if all acknowledged receipts are in the deliveries."""
    return not not_applied(deliveries(connection), sent(provider_url))


def checks(connection: Connection, provider_url: str, mailing_ids: Iterable[int]) -> Iterator[Count]:
    """Yield the checks of receipts, each with its expected count."""
    receipts, found = sent(provider_url), deliveries(connection)
    ids = connection.execute(_OF_MAILINGS, {"mailing_ids": list(mailing_ids)}).scalars().all()
    yield Count("receipts: acknowledged and not in the delivery", len(not_applied(found, receipts)), 0)
    yield Count("receipts: deliveries that no receipt told", len(never_told(found, receipts, message_ids=ids)), 0)
