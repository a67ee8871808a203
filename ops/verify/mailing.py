"""The mailing that the checks send: created, awaited, and compared message by message."""

import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx

from notifications.contracts.enumerations import OPEN_STATUSES, MessageStatus
from ops.verify.api import Api
from ops.verify.results import Failed

POLL_SECONDS = 1
# Longer than two ticks of the dispatcher, which repair lost queue messages, and the first start of every function.
DELIVERY_TIMEOUT = timedelta(minutes=5)


def create(api: Api, tag: str, made: ExitStack) -> int:
    """Create a mailing to the clients with the tag, and return its id. It is deleted when `made` is closed."""
    now = datetime.now(UTC)
    times = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat()}
    text = f"Check of the notifications service: {tag}"
    made.callback(_delete_mailings, api, text)
    mailing = {"text": text, "filter": {"tags": [tag]}} | times
    return int(api.call("POST", "mailing/", json=mailing, expected=HTTPStatus.CREATED)["id"])


def await_end(api: Api, mailing_id: int, count: int) -> Counter[str]:
    """Wait until every message has an outcome, and return the numbers by status.

    Raises:
        Failed: some have none in time, or were not sent.
    """
    deadline = time.monotonic() + DELIVERY_TIMEOUT.total_seconds()
    while True:
        stats = Counter[str](api.call("GET", f"mailing/{mailing_id}/")["stats"])
        is_over = stats["total"] == count and not sum(stats[status] for status in OPEN_STATUSES)
        if is_over and stats[MessageStatus.SENT] == count:
            return stats
        if is_over or time.monotonic() > deadline:
            sent = stats[MessageStatus.SENT]
            raise Failed(f"{sent} of {count} messages were sent: {dict(+stats)}{_first_error(api, mailing_id)}")
        time.sleep(POLL_SECONDS)


def messages(api: Api, mailing_id: int) -> list[dict[str, Any]]:
    """Return the mailing's messages."""
    items: list[dict[str, Any]] = api.call("GET", f"mailing/{mailing_id}/message/")["items"]
    return items


def require_accepted_once(api: Api, mailing_id: int, phones: list[str], simulator_url: str) -> None:
    """Check that each phone has one message, and that the provider has accepted it exactly once.

    Args:
        api: the REST API.
        mailing_id: the mailing.
        phones: the phones of its audience.
        simulator_url: URL of the provider simulator, which is asked too; empty for another provider.
    """
    sent = messages(api, mailing_id)
    if sorted(str(each["phone"]) for each in sent) != sorted(phones):
        raise Failed(f"the messages are not those of the ten clients: {sent}")
    for each in sent:
        attempts = api.call("GET", f"mailing/{mailing_id}/explain/", params={"phone": each["phone"]})["attempts"]
        accepted = sum(attempt["outcome"] == MessageStatus.SENT for attempt in attempts)
        if each["status"] != MessageStatus.SENT or accepted != 1:
            raise Failed(f"message {each['id']} is {each['status']}, and {accepted} of its attempts were accepted")
        if simulator_url and (count := _count_accepted(simulator_url, each["id"])) != 1:
            raise Failed(f"the provider has accepted message {each['id']} {count} times")


def require_statistics(api: Api, mailing_id: int, stats: Counter[str]) -> None:
    """Check that the statistics have the same numbers as the mailing."""
    found = api.call("GET", f"statistic/{mailing_id}/")
    by_hour = sum(hour[MessageStatus.SENT] for hour in found["by_hour"])
    if Counter(found["stats"]) != stats or by_hour != stats[MessageStatus.SENT]:
        raise Failed(f"the statistics have {found['stats']} and {by_hour} sent by hour, the mailing has {dict(stats)}")


def _first_error(api: Api, mailing_id: int) -> str:
    errors = [f". The first error: {each['last_error']}" for each in messages(api, mailing_id) if each["last_error"]]
    return errors[0] if errors else ""


def _count_accepted(simulator_url: str, message_id: int) -> int:
    answer = httpx.get(f"{simulator_url.rstrip('/')}/accepted/{message_id}").raise_for_status()
    return int(answer.json()["count"])


def _delete_mailings(api: Api, text: str) -> None:
    """Delete mailings by their text, so that one whose creation was not answered is found too."""
    for mailing in api.call("GET", "mailing/")["items"]:
        if mailing["text"] == text:
            api.delete(f"mailing/{mailing['id']}/")
