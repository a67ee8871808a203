"""The provider Amazon SNS."""

import asyncio
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from notifications.contracts.enumerations import Category, ProviderKind
from notifications.providers.catalog import ProviderSpec, SenderIdentity
from sender.providers.aws import client_config
from sender.providers.base import OutcomeUnknown, Rejected, Throttled, Unauthorized, Unavailable
from sender.providers.sns import SnsProvider
from tests.support.sender.outgoing import outgoing
from tests.support.sender.scenario import SenderScenario

REGION = "eu-central-1"
SNS = ProviderSpec(name="sns", kind=ProviderKind.SNS)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield boto3.client("sns", region_name=REGION, config=client_config(10))


def failure(code: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": "oops"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Publish")


def test_a_batch_goes_out_as_text_messages(scenario: SenderScenario, client: Any) -> None:
    scenario.fill(10)
    scenario.send(SnsProvider(client, SNS, connections=10))
    assert scenario.statuses() == {"sent": 10}
    messages = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values()
    assert sorted(messages) == [(f"+7926{n:07}", "Hello") for n in range(1, 11)]


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ClientError({"Error": {"Code": "InvalidParameter", "Message": "phone"}}, "Publish"), Rejected),
        (ClientError({"Error": {"Code": "AuthorizationError", "Message": "no"}}, "Publish"), Unauthorized),
        (ClientError({"Error": {"Code": "Throttled", "Message": "rate"}}, "Publish"), Throttled),
        (failure("ServiceUnavailable", 503), Unavailable),
        (failure("InternalError", 500), OutcomeUnknown),
        (failure("NotYetKnown", 400), Unavailable),
        (EndpointConnectionError(endpoint_url="https://sns"), Unavailable),
        (ReadTimeoutError(endpoint_url="https://sns"), OutcomeUnknown),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_failures_of_sns_are_classified(raised: Exception, expected: type[Exception]) -> None:
    class Failing:
        def publish(self, **request: Any) -> Any:  # noqa: ARG002
            raise raised

    with pytest.raises(expected) as caught:
        asyncio.run(SnsProvider(Failing(), SNS, connections=1).send(outgoing()))
    assert type(caught.value) is expected


def test_a_message_has_the_first_sender_that_fits(client: Any) -> None:
    senders = (
        SenderIdentity(identity="SHOP", countries=frozenset({"KZ"})),
        SenderIdentity(identity="SALE", category=Category.MARKETING),
    )
    spec = SNS.model_copy(update={"senders": senders})
    requests: list[dict[str, Any]] = []

    class Recording:
        def publish(self, **request: Any) -> Any:
            requests.append(request)
            return client.publish(**request)

    async def run() -> None:
        provider = SnsProvider(Recording(), spec, connections=1)
        await provider.send(outgoing(phone="77012345678"))
        await provider.send(outgoing())
        await provider.send(outgoing(category=Category.SERVICE))

    asyncio.run(run())
    given = [each.get("MessageAttributes", {}).get("AWS.SNS.SMS.SenderID") for each in requests]
    assert given == [
        {"DataType": "String", "StringValue": "SHOP"},
        {"DataType": "String", "StringValue": "SALE"},
        None,
    ]
