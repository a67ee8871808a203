"""The provider's token from Secrets Manager, read again once after it was refused."""

import asyncio
import os
import re
from functools import partial

import boto3
import pytest
from moto import mock_aws
from pydantic import SecretStr

from notifications.contracts.enumerations import ProviderKind
from notifications.providers.catalog import ProviderSpec
from provider_simulator import Provider as SimulatedProvider
from sender.providers.building import read_token
from sender.providers.http import HttpProvider
from sender.settings import SenderSettings
from tests.support.sender.peer import OK, Peer, only_call
from tests.support.sender.scenario import TOKEN, SenderScenario, built, client_of


class Tokens:
    """Fake secret that changes after the first read."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)
        self.readings: list[bool] = []

    def __call__(self, *, refresh: bool = False) -> str:
        self.readings.append(refresh)
        return self.values[min(len(self.readings), len(self.values)) - 1]


def test_a_new_token_is_read_once_for_a_whole_batch(scenario: SenderScenario, url: str) -> None:
    tokens = Tokens("old", TOKEN)
    scenario.fill(10)
    scenario.send(client_of(url, token=tokens))
    assert scenario.statuses() == {"sent": 10}
    assert tokens.readings == [False, True]
    assert scenario.state()[0].state == "closed"


def test_a_wrong_token_is_read_once_more_and_halts_sending(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    tokens = Tokens("wrong")
    scenario.fill(10)
    scenario.send(client_of(url, token=tokens))
    assert scenario.statuses() == {"pending": 10}
    assert tokens.readings == [False, True]
    assert simulated.ledger.requests == 10
    assert {row.attempts for row in scenario.rows()} == {0}
    assert scenario.state()[0].state == "open"


def test_an_unreadable_secret_halts_sending(scenario: SenderScenario, url: str, simulated: SimulatedProvider) -> None:
    def unreadable(*, refresh: bool = False) -> str:
        raise RuntimeError(f"secret {TOKEN} {refresh}")

    scenario.fill(2)
    scenario.send(client_of(url, token=unreadable))
    assert {(row.status, row.attempts, row.last_error) for row in scenario.rows()} == {
        ("pending", 0, "the provider's token cannot be read: RuntimeError")
    }
    assert simulated.ledger.requests == 0


@pytest.mark.parametrize(("token", "headers"), [("secret", ["Bearer secret"]), (None, [])])
def test_a_call_carries_the_token_if_there_is_one(token: str | None, headers: list[str]) -> None:
    peer = Peer(OK)
    secret = None if token is None else SecretStr(token)

    async def run() -> None:
        async with await asyncio.start_server(peer.converse, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            provider = built(SenderSettings(provider_url=url, provider_token=secret))
            assert isinstance(provider, HttpProvider)
            assert await only_call(provider) is None

    asyncio.run(run())
    (head,) = peer.heads
    assert re.findall(r"(?im)^authorization: (.*?)\r$", head.decode()) == headers


def test_a_provider_that_wants_a_token_halts_sending_without_one(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider
) -> None:
    scenario.fill(2)
    scenario.send(client_of(url, token=partial(read_token, ProviderSpec(name="alpha", kind=ProviderKind.HTTP), None)))
    assert scenario.statuses() == {"pending": 2}
    assert simulated.ledger.requests == 2
    assert scenario.state()[0].state == "open"


@mock_aws
def test_the_token_is_read_from_secrets_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setitem(os.environ, name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    secrets = boto3.client("secretsmanager")
    arn = secrets.create_secret(Name="token", SecretString="first")["ARN"]
    (spec,) = SenderSettings(provider_url="http://provider", provider_token_secret_arn=arn).only_provider().specs
    assert read_token(spec, None) == "first"
    secrets.put_secret_value(SecretId=arn, SecretString="second")
    assert read_token(spec, None) == "first"
    assert read_token(spec, None, refresh=True) == "second"
