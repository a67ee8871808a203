"""The provider's token from Secrets Manager, read again once after it was refused."""

import os

import boto3
import pytest
from moto import mock_aws

from provider_simulator import Provider as SimulatedProvider
from sender.settings import SenderSettings
from tests.support.sender.scenario import TOKEN, SenderScenario, client_of


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


@mock_aws
def test_the_token_is_read_from_secrets_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setitem(os.environ, name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    secrets = boto3.client("secretsmanager")
    arn = secrets.create_secret(Name="token", SecretString="first")["ARN"]
    settings = SenderSettings(provider_url="http://provider", provider_token_secret_arn=arn)
    assert settings.resolve_provider_token() == "first"
    secrets.put_secret_value(SecretId=arn, SecretString="second")
    assert settings.resolve_provider_token() == "first"
    assert settings.resolve_provider_token(refresh=True) == "second"
