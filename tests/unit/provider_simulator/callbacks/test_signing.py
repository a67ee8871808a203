"""Signatures, by the example of the Standard Webhooks libraries, and the faults of the headers."""

import base64

import pytest

from provider_simulator.callbacks.settings import CallFault
from provider_simulator.callbacks.signing import headers, signature

KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
NOW = 1_614_265_330
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_call_has_id_time_and_signature() -> None:
    assert headers(KEY, ID, BODY, now=NOW, fault=None) == {
        "webhook-id": ID,
        "webhook-timestamp": str(NOW),
        "webhook-signature": SIGNATURE,
    }


def test_an_unsigned_call_lacks_the_signature() -> None:
    assert headers(KEY, ID, BODY, now=NOW, fault="unsigned").keys() == {"webhook-id", "webhook-timestamp"}


def test_a_wrong_signature_is_of_another_key() -> None:
    signed = headers(KEY, ID, BODY, now=NOW, fault="wrong_signature")["webhook-signature"]
    assert signed.startswith("v1,")
    assert len(signed) == len(SIGNATURE)
    assert signed != SIGNATURE


@pytest.mark.parametrize(("fault", "wrong_by"), [("future", 3600), ("too_old", -3600)])
def test_a_call_of_another_hour_is_signed_correctly(fault: CallFault, wrong_by: int) -> None:
    sent = headers(KEY, ID, BODY, now=NOW, fault=fault)
    assert sent["webhook-timestamp"] == str(NOW + wrong_by)
    assert sent["webhook-signature"] == signature(KEY, ID, sent["webhook-timestamp"], BODY)
