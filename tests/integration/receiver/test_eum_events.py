"""Events of AWS End User Messaging as receipts."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from pydantic import ValidationError

from notifications.contracts.enumerations import ReceiptState
from notifications.message_state.deliveries import Receipt
from receiver import eum_events

AT = datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)


def event(kind: str, **fields: Any) -> str:
    """Return an event as the service's user guide shows it."""
    return json.dumps(
        {
            "eventType": kind,
            "eventVersion": "1.0",
            "eventTimestamp": int(AT.timestamp() * 1000),
            "isFinal": True,
            "originationPhoneNumber": "+79991234567",
            "destinationPhoneNumber": "+79261234567",
            "isoCountryCode": "RU",
            "messageId": "862a8790-60c0-4430-9b2b-658bdexample",
            "messageRequestTimestamp": int(AT.timestamp() * 1000) - 3000,
            "messageEncoding": "GSM",
            "messageType": "PROMOTIONAL",
            "messageStatus": kind.removeprefix("TEXT_"),
            "messageStatusDescription": "The carrier says so",
            "context": {"message_id": "42", "provider": "aws"},
            "totalMessageParts": 1,
            "totalMessagePrice": 0.09582,
            "totalCarrierFee": 0.0,
        }
        | fields
    )


def state_of(kind: str, **fields: Any) -> str | None:
    found = eum_events.read(event(kind, **fields))
    return found[0].state if found else None


def test_a_delivered_message_has_its_receipt() -> None:
    receipt = Receipt(provider="aws", message_id=42, state=ReceiptState.DELIVERED, at=AT)
    assert eum_events.read(event("TEXT_DELIVERED")) == [receipt]


def test_a_failure_has_its_code_and_its_words_without_phones() -> None:
    body = event("TEXT_CARRIER_BLOCKED", messageStatusDescription="+79261234567 is blocked by the carrier")
    (receipt,) = eum_events.read(body)
    assert (receipt.state, receipt.code) == ("undeliverable", "TEXT_CARRIER_BLOCKED")
    assert receipt.words is not None
    assert "79261234567" not in receipt.words
    assert "is blocked by the carrier" in receipt.words


@pytest.mark.parametrize(
    ("kind", "final", "not_final"),
    [
        ("TEXT_DELIVERED", "delivered", None),
        ("TEXT_SUCCESSFUL", "delivered", None),
        ("TEXT_SENT", None, None),
        ("TEXT_QUEUED", None, None),
        ("TEXT_PENDING", None, None),
        ("TEXT_UNKNOWN", None, None),
        ("TEXT_BLOCKED", "undeliverable", "delayed"),
        ("TEXT_CARRIER_BLOCKED", "undeliverable", "delayed"),
        ("TEXT_CARRIER_UNREACHABLE", "undeliverable", "delayed"),
        ("TEXT_INVALID", "undeliverable", "delayed"),
        ("TEXT_INVALID_MESSAGE", "undeliverable", "delayed"),
        ("TEXT_PROTECT_BLOCKED", "undeliverable", "delayed"),
        ("TEXT_SPAM", "undeliverable", "delayed"),
        ("TEXT_TTL_EXPIRED", "undeliverable", "delayed"),
        ("TEXT_UNREACHABLE", "undeliverable", "delayed"),
        ("VOICE_COMPLETED", None, None),
    ],
)
def test_an_event_has_a_state_by_its_type(kind: str, final: str | None, not_final: str | None) -> None:
    assert state_of(kind) == final
    assert state_of(kind, isFinal=False) == not_final


def test_every_type_of_aws_is_known() -> None:
    client = boto3.client(
        "pinpoint-sms-voice-v2",
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    types = client.meta.service_model.shape_for("EventType").enum
    assert {each for each in types if each.startswith("TEXT_")} - {"TEXT_ALL"} == set(eum_events.STATES)


def test_a_message_that_others_have_sent_has_no_receipt() -> None:
    assert state_of("TEXT_DELIVERED", context=None) is None


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"eventType": "TEXT_DELIVERED"}',
        event("TEXT_DELIVERED", context={"account": "bar"}),
        event("TEXT_DELIVERED", context={"message_id": "x", "provider": "aws"}),
        event("TEXT_DELIVERED", context={"message_id": str(2**63), "provider": "aws"}),
        event("TEXT_DELIVERED", eventTimestamp="soon"),
    ],
)
def test_what_is_no_event_of_ours_cannot_be_read(body: str) -> None:
    with pytest.raises(ValidationError):
        eum_events.read(body)
