"""The provider AWS End User Messaging."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, NoCredentialsError, ReadTimeoutError

from notifications.contracts.enumerations import Category, Http500Meaning, ProviderKind
from notifications.providers.catalog import ProviderSpec, SenderIdentity
from sender.providers.base import (
    OptedOut,
    OutcomeUnknown,
    ProviderError,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
)
from sender.providers.eum import EumProvider, request_of
from tests.support.providers.fake_eum import FakeEum, fake_eum
from tests.support.sender.outgoing import outgoing
from tests.support.sender.scenario import SenderScenario

SPEC = ProviderSpec(
    name="aws",
    kind=ProviderKind.EUM,
    senders=(
        SenderIdentity(identity="SHOP", countries=frozenset({"RU"}), category=Category.MARKETING),
        SenderIdentity(identity="+79991234567", countries=frozenset({"RU"})),
    ),
)


@pytest.fixture
def eum() -> Iterator[FakeEum]:
    with fake_eum() as fake:
        yield fake


def error_of(client: Any, spec: ProviderSpec = SPEC, **fields: Any) -> ProviderError | None:
    """Send a message, and return the error, if any."""
    try:
        asyncio.run(EumProvider(client, spec, connections=1).send(outgoing(**fields)))
    except ProviderError as error:
        return error
    return None


def test_a_batch_goes_out_with_our_ids(scenario: SenderScenario, eum: FakeEum) -> None:
    ids = scenario.fill(10)
    scenario.send(EumProvider(eum.client, SPEC, configuration_set="notifications-prod", connections=10))
    assert scenario.statuses() == {"sent": 10}
    assert sorted(int(each["Context"]["message_id"]) for each in eum.requests) == sorted(ids)
    assert {each["ConfigurationSetName"] for each in eum.requests} == {"notifications-prod"}


def test_a_message_has_its_sender_its_type_and_its_time(eum: FakeEum) -> None:
    assert error_of(eum.client, id=42, valid_for=timedelta(hours=2)) is None
    assert eum.requests == [
        {
            "DestinationPhoneNumber": "+79261234567",
            "OriginationIdentity": "SHOP",
            "MessageBody": "Hello",
            "MessageType": "PROMOTIONAL",
            "TimeToLive": 7200,
            "Context": {"message_id": "42", "provider": "aws"},
            "DryRun": False,
        }
    ]


def test_a_service_message_has_another_sender_and_type() -> None:
    request = request_of(SPEC, outgoing(category=Category.SERVICE), configuration_set="")
    assert (request["OriginationIdentity"], request["MessageType"]) == ("+79991234567", "TRANSACTIONAL")


@pytest.mark.parametrize(
    ("valid_for", "seconds"),
    [(timedelta(days=30), 259_200), (timedelta(hours=72, seconds=1), 259_200), (timedelta(seconds=1), 5)],
)
def test_the_time_is_within_the_bounds_of_aws(valid_for: timedelta, seconds: int) -> None:
    assert request_of(SPEC, outgoing(valid_for=valid_for), configuration_set="")["TimeToLive"] == seconds


@pytest.mark.parametrize(("price", "text"), [("0.1", "0.10000"), ("12.34567", "12.34567"), ("5", "5.00000")])
def test_a_highest_price_and_a_trial_without_sending_come_from_the_list(eum: FakeEum, price: str, text: str) -> None:
    spec = SPEC.model_copy(update={"max_price": Decimal(price), "dry_run": True})
    assert error_of(eum.client, spec) is None
    (request,) = eum.requests
    assert (request["MaxPrice"], request["DryRun"]) == (text, True)


def test_a_message_without_a_sender_is_not_sent(eum: FakeEum) -> None:
    error = error_of(eum.client, phone="4915112345678")
    assert type(error) is Unavailable
    assert eum.requests == []


@pytest.mark.parametrize(
    ("status", "code", "reason", "expected"),
    [
        (400, "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT", OptedOut),
        (400, "ConflictException", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED", Rejected),
        (400, "ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION", Rejected),
        (400, "ConflictException", "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE", Rejected),
        (400, "ConflictException", "NO_ORIGINATION_IDENTITIES_FOUND", Unavailable),
        (400, "ThrottlingException", None, Throttled),
        (400, "ValidationException", "INVALID_PARAMETER", Rejected),
        (400, "ValidationException", "PRICE_OVER_THRESHOLD", Rejected),
        (400, "AccessDeniedException", None, Unauthorized),
        (400, "AccessDeniedException", "ACCOUNT_DISABLED", Unauthorized),
        (403, "UnrecognizedClientException", None, Unauthorized),
        (403, "ExpiredTokenException", None, Unauthorized),
        (403, "InvalidSignatureException", None, Unauthorized),
        (400, "ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT", Unavailable),
        (400, "ResourceNotFoundException", None, Unavailable),
        (400, "NotYetKnown", None, Unavailable),
        (503, "ServiceUnavailableException", None, Unavailable),
        (500, "InternalServerException", None, OutcomeUnknown),
        (502, "NotYetKnown", None, OutcomeUnknown),
    ],
)
def test_errors_of_the_service_are_classified(
    eum: FakeEum, status: int, code: str, reason: str | None, expected: type[ProviderError]
) -> None:
    eum.refuse(status, code, reason)
    error = error_of(eum.client)
    assert type(error) is expected
    # One call: only the sender knows if it may be repeated.
    assert len(eum.requests) == 1
    words = error.words if isinstance(error, OptedOut) else str(error)
    assert f"{code} {reason}" if reason else code in words


def test_a_500_may_mean_that_nothing_was_accepted(eum: FakeEum) -> None:
    eum.refuse(500, "InternalServerException")
    spec = SPEC.model_copy(update={"http_500": Http500Meaning.NOT_ACCEPTED})
    assert type(error_of(eum.client, spec)) is Unavailable


def test_an_error_quotes_neither_the_phone_nor_the_text(eum: FakeEum) -> None:
    eum.refuse(400, "ValidationException", "INVALID_PARAMETER", "+79261234567 cannot get: Hello")
    error = error_of(eum.client)
    assert "79261234567" not in str(error)
    assert "Hello" not in str(error)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ConnectTimeoutError(endpoint_url="https://sms-voice"), Unavailable),
        (NoCredentialsError(), Unavailable),
        (ReadTimeoutError(endpoint_url="https://sms-voice"), OutcomeUnknown),
    ],
)
def test_only_a_call_that_was_never_written_is_certainly_not_accepted(
    raised: Exception, expected: type[ProviderError]
) -> None:
    class Failing:
        def send_text_message(self, **request: Any) -> Any:  # noqa: ARG002
            raise raised

    assert type(error_of(Failing())) is expected
