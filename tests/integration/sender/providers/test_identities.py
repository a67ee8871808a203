"""The sender identity in calls of an HTTP provider."""

import asyncio
import json

import pytest

from notifications.contracts.enumerations import Category, ProviderKind
from notifications.providers.catalog import ProviderSpec, SenderIdentity
from sender.providers.http import HttpProvider
from tests.support.sender.outgoing import outgoing
from tests.support.sender.raw_server import raw_server
from tests.support.sender.wild_provider import http

BODY = {"id": 1, "phone": 79261234567, "text": "Hello"}


@pytest.mark.parametrize(
    ("senders", "body"),
    [
        ((), BODY),
        ((SenderIdentity(identity="Shop"),), BODY | {"sender": "Shop"}),
        ((SenderIdentity(identity="Shop", category=Category.SERVICE),), BODY),
        ((SenderIdentity(identity="Shop", countries=frozenset({"KZ"})),), BODY),
        ((SenderIdentity(identity="Shop", countries=frozenset({"RU"})),), BODY | {"sender": "Shop"}),
    ],
)
def test_a_call_names_the_sender_only_if_one_fits(senders: tuple[SenderIdentity, ...], body: dict[str, object]) -> None:
    with raw_server() as server:
        server.answer = http(200, b'{"code": 0}')
        spec = ProviderSpec(name="alpha", kind=ProviderKind.HTTP, url=server.url, senders=senders)

        async def run() -> None:
            provider = HttpProvider(spec, read_token=lambda *, refresh=False: None)  # noqa: ARG005
            await provider.send(outgoing())
            await provider.aclose()

        asyncio.run(run())
    assert [json.loads(each) for each in server.bodies] == [body]
