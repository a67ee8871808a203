"""The sender with a list of providers in SSM's parameter store."""

import boto3
import pytest
from moto import mock_aws

from notifications.providers.catalog import CatalogReader
from sender.providers.building import Clients, build_provider
from sender.settings import SenderSettings
from tests.support.sender.raw_server import raw_server
from tests.support.sender.scenario import SenderScenario
from tests.support.sender.wild_provider import http

NAME = "/notifications-dev/providers"


@mock_aws
def test_a_message_goes_to_the_provider_of_the_list(scenario: SenderScenario, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "PROVIDERS_PARAMETER": NAME,
    }.items():
        monkeypatch.setenv(name, value)
    scenario.fill(1)
    with raw_server() as server:
        server.answer = http(200, b'{"code": 0}')
        listed = f"providers: [{{name: alpha, kind: http, url: '{server.url}', senders: [{{identity: Shop}}]}}]"
        boto3.client("ssm").put_parameter(Name=NAME, Value=listed, Type="String")
        (provider,) = Clients(build_provider).of(CatalogReader(SenderSettings)()).values()
        scenario.send(provider)
    assert provider.name == "alpha"
    assert scenario.statuses() == {"sent": 1}
    assert b'"sender": "Shop"' in server.bodies[0]
