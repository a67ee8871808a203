"""Replies on the whole stack: people who answer STOP do not get the next mailing, and the site shows their replies."""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.e2e.browser import Site
from tests.support.e2e.local_stack import LocalStack
from tests.support.e2e.mailings import deliver

PHONES = [f"7926114{number:04}" for number in range(60)]
AUDIENCE: dict[str, list[str]] = {"tags": ["answering"], "operator_codes": []}
TIMEOUT = timedelta(minutes=2)
SCREEN = {"width": 1280, "height": 800}


@pytest.fixture
def provider(stack: LocalStack) -> Iterator[httpx.Client]:
    """Control API of a provider of whose recipients about a third answer STOP soon after their first message."""
    with httpx.Client(base_url=stack.described()["provider_url"], timeout=60) as client:
        replies = {"stop_share": 0.3, "delay_ms": 500, "jitter_ms": 200}
        client.put("behaviour", json={"replies": replies}).raise_for_status()
        yield client
        client.put("behaviour", json={}).raise_for_status()


def test_people_who_answer_stop_are_left_out_of_the_next_mailing(admin: httpx.Client, provider: httpx.Client) -> None:
    rows = "".join(f"{phone},answering,Europe/Moscow\n" for phone in PHONES)
    csv = {"Content-Type": "text/csv"}
    admin.post("client/import/", content=f"phone,tags,timezone\n{rows}", headers=csv).raise_for_status()
    first = deliver(admin, AUDIENCE)["stats"]
    assert first["sent"] == first["total"] == len(PHONES)
    stopped = _stopped(provider)
    assert 0 < len(stopped) < len(PHONES)
    _wait_until(lambda: stopped <= _opted_out(admin))
    calls = provider.get("stats").json()["accepted"]
    second = deliver(admin, AUDIENCE)["stats"]
    assert (second["suppressed"], second["sent"]) == (len(stopped), len(PHONES) - len(stopped))
    called = {str(each["phone"]) for each in _lines(provider, f"calls?since={calls}")}
    assert called & set(PHONES) == set(PHONES) - stopped


def test_the_page_of_a_client_shows_the_replies(site: Site, admin: httpx.Client, provider: httpx.Client) -> None:
    phone = "79261150001"
    admin.post("client/", json={"phone": phone, "timezone": "Europe/Moscow"}).raise_for_status()
    for text in ("Спасибо! " * 40, "СТОП"):
        provider.post("reply", json={"phone": int(phone), "text": text}).raise_for_status()
    _wait_until(lambda: len(admin.get("reply/", params={"phone": phone}).json()["items"]) == 2)
    with site.visit_signed_in(locale="ru-RU", viewport=SCREEN) as page:
        site.open(page, f"/client/{phone}/show")
        replies = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name="Что изменилось"))
        expect(replies.get_by_role("row", name=re.compile("СТОП Отказ от всех сообщений"))).to_be_visible()
        expect(replies.get_by_role("row", name=re.compile("Спасибо! .*Без изменений"))).to_be_visible()
        assert replies.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"]


def _stopped(provider: httpx.Client) -> set[str]:
    """Return the phones that have replied, when no reply waits any more."""
    _wait_until(lambda: provider.get("stats").json()["callbacks"]["replies"]["waiting"] == 0)
    calls = [each for each in _lines(provider, "callbacks") if each["kind"] == "replies"]
    return {reply["phone"] for call in calls for reply in call["items"]} & set(PHONES)


def _opted_out(admin: httpx.Client) -> set[str]:
    """Return the phones that have opted out by a reply."""
    items = admin.get("optout/", params={"source": "reply", "limit": 500}).json()["items"]
    return {each["phone"] for each in items}


def _lines(provider: httpx.Client, path: str) -> list[Any]:
    return [json.loads(line) for line in provider.get(path).text.splitlines()]


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT.total_seconds()
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.25)
