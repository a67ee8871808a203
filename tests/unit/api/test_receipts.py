"""Receipts are accepted by their signature alone, and put onto the queue without the database."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from api.resources.receipts.queue import MAX_BODY_BYTES, CallbackQueue
from notifications.contracts.enumerations import ReceiptState
from notifications.message_state.deliveries import Receipt
from notifications.messages.callbacks import queue_bodies
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Answer, Gateway
from tests.support.functions.receipt_sqs import Sqs
from tests.support.functions.signing import NEXT_SECRET, SECRET, signature, signed

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
URL = "receipt/http/"
ONE = {"id": 1, "state": "delivered", "at": "2026-11-23T09:59:58+01:00"}
BODY = json.dumps({"receipts": [ONE]}).encode()

# https://github.com/standard-webhooks/standard-webhooks: the vector of its libraries.
VECTOR_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
VECTOR_TIME = datetime.fromtimestamp(1614265330, UTC)


def receipts(sqs: Sqs) -> list[Receipt]:
    return [receipt for body in sqs.bodies() for receipt in queue_bodies.read(body).receipts]


def api(sqs: Sqs, *, secrets: Sequence[str] = (SECRET,), now: datetime = NOW) -> Gateway:
    """Return an API whose engine cannot be used."""
    queue = CallbackQueue(cast("Any", sqs), "url")
    engine = cast("Engine", None)
    made = api_over(engine, now=lambda: now, receipt_secrets=secrets, enqueue_receipts=queue.send_receipts)
    return made.with_claims({})


def post(
    headers: dict[str, str], body: bytes = BODY, *, secrets: Sequence[str] = (SECRET,), now: datetime = NOW
) -> Answer:
    return api(Sqs(), secrets=secrets, now=now)("POST", URL, body, headers=headers)


def test_a_signed_receipt_is_put_onto_the_queue() -> None:
    sqs = Sqs()
    answer = api(sqs)("POST", URL, BODY.decode(), headers=signed(BODY, at=NOW))
    assert (answer.status, answer.json) == (202, {"receipts": 1})
    at = datetime(2026, 11, 23, 8, 59, 58, tzinfo=UTC)
    assert receipts(sqs) == [Receipt(provider="http", message_id=1, state=ReceiptState.DELIVERED, at=at)]


def test_no_phone_in_the_words_of_a_receipt_is_kept() -> None:
    sqs = Sqs()
    body = json.dumps({"receipts": [ONE | {"state": "undeliverable", "words": "+7 926 123-45-67 is off"}]}).encode()
    assert api(sqs)("POST", URL, body.decode(), headers=signed(body, at=NOW)).status == 202
    assert [each.words for each in receipts(sqs)] == ["[hidden] is off"]


def test_the_vector_of_the_specification_is_accepted() -> None:
    answer = post(VECTOR, VECTOR_BODY, secrets=[VECTOR_SECRET], now=VECTOR_TIME)
    assert (answer.status, answer.json["code"]) == (422, "invalid_input")
    assert post(VECTOR, VECTOR_BODY + b" ", secrets=[VECTOR_SECRET], now=VECTOR_TIME).status == 401


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_"), f"{SECRET}\n"])
def test_a_secret_may_have_the_prefix_or_not(secret: str) -> None:
    assert post(signed(BODY, at=NOW), secrets=[secret]).status == 202


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": "nonsense, v1 ,, v1"},
        {"webhook-signature": signature(NEXT_SECRET, "msg_1", int(NOW.timestamp()), BODY)},
        {"webhook-signature": signature(SECRET, "msg_1", int(NOW.timestamp()), BODY).replace("v1,", "v1a,")},
        {"webhook-id": "msg_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "١٧٦٣٨٩٢٠٠٠"},
    ],
)
def test_a_call_without_a_valid_signature_is_refused(changed: dict[str, str]) -> None:
    answer = post(signed(BODY, at=NOW) | changed)
    assert (answer.status, answer.json["code"], answer.json["params"]) == (401, "signature_invalid", {})


def test_an_unsigned_call_learns_nothing_of_the_body_and_the_provider() -> None:
    sqs = Sqs()
    for url, body in ((URL, BODY), (URL, b"{"), (URL, b""), ("receipt/nobody/", BODY)):
        assert api(sqs)("POST", url, body).status == 401
    assert sqs.batches == []


@pytest.mark.parametrize("body", [BODY + b"\n", BODY.replace(b'"id": 1', b'"id": 2'), b"\xef\xbb\xbf" + BODY])
def test_a_tampered_body_is_refused(body: bytes) -> None:
    assert post(signed(BODY, at=NOW), body).status == 401


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 202), (300, 202), (301, 401)])
def test_a_signature_may_be_five_minutes_old_or_early(seconds: int, status: int) -> None:
    assert post(signed(BODY, at=NOW + timedelta(seconds=seconds))).status == status


def test_the_secret_and_the_one_before_are_accepted() -> None:
    for secret in (SECRET, NEXT_SECRET):
        assert post(signed(BODY, at=NOW, secret=secret), secrets=[NEXT_SECRET, SECRET]).status == 202
    assert post(signed(BODY, at=NOW), secrets=[NEXT_SECRET]).status == 401


def test_one_of_several_signatures_is_enough() -> None:
    headers = signed(BODY, at=NOW)
    several = f"v1a,AAAA {signature(NEXT_SECRET, 'msg_1', int(NOW.timestamp()), BODY)} {headers['webhook-signature']}"
    assert post(headers | {"webhook-signature": several}).status == 202


@pytest.mark.parametrize("secret", ["whsec_", "whsec_c2hvcnQ=", "whsec_!"])
def test_a_secret_that_could_be_guessed_accepts_nothing(secret: str) -> None:
    assert post(signed(BODY, at=NOW, secret=SECRET), secrets=[secret]).status == 500


@pytest.mark.parametrize("provider", ["nobody", "HTTP", "http%20"])
def test_an_unknown_provider_is_not_found(provider: str) -> None:
    answer = api(Sqs())("POST", f"receipt/{provider}/", BODY, headers=signed(BODY, at=NOW))
    assert (answer.status, answer.json["code"]) == (404, "provider_not_found")


@pytest.mark.parametrize(
    "receipts",
    [
        [],
        [ONE] * 1_001,
        [ONE | {"id": "1"}],
        [ONE | {"id": 0}],
        [ONE | {"id": 2**63}],
        [ONE | {"id": True}],
        [ONE | {"state": "unconfirmed"}],
        [ONE | {"part": 2}],
        [ONE | {"parts": 256}],
        [ONE | {"at": 1_795_428_005}],
        [ONE | {"at": "2026-11-23T10:00:00"}],
        [ONE | {"words": "\x00"}],
        [ONE | {"words": "x" * 401}],
        [ONE | {"price": 1}],
    ],
)
def test_receipts_are_validated(receipts: list[object]) -> None:
    body = json.dumps({"receipts": receipts}).encode()
    assert post(signed(body, at=NOW), body).status == 422


@pytest.mark.parametrize(("seconds", "status"), [(300, 202), (301, 422)])
def test_a_receipt_may_be_five_minutes_early(seconds: int, status: int) -> None:
    early = ONE | {"at": (NOW + timedelta(seconds=seconds)).isoformat()}
    body = json.dumps({"receipts": [ONE, early]}).encode()
    answer = post(signed(body, at=NOW), body)
    assert answer.status == status
    named = [(each["loc"], each["code"]) for each in answer.json.get("errors", [])]
    assert named == ([(["body", "receipts", 1, "at"], "time_in_future")] if status == 422 else [])


def test_a_queue_that_fails_is_told_so_that_the_provider_repeats() -> None:
    for sqs in (Sqs(fails=True), Sqs(refuses=True)):
        answer = api(sqs)("POST", URL, BODY, headers=signed(BODY, at=NOW))
        assert (answer.status, answer.json["code"]) == (503, "queue_unavailable")


def test_an_idempotency_key_needs_no_database() -> None:
    headers = signed(BODY, at=NOW) | {"idempotency-key": "k"}
    assert [post(headers).status for _ in range(2)] == [202, 202]


@pytest.mark.parametrize("words", ["", "absent subscriber", "\U0001f4f1" * 400])
def test_a_message_of_the_queue_has_few_receipts_and_few_bytes(words: str) -> None:
    given = [ONE | {"id": number, "words": words} for number in range(1, 1_001)]
    body = json.dumps({"receipts": given}, ensure_ascii=False).encode()
    sqs = Sqs()
    assert api(sqs)("POST", URL, body, headers=signed(body, at=NOW)).status == 202
    assert [each.message_id for each in receipts(sqs)] == list(range(1, 1_001))
    bodies = [each for batch in sqs.batches for each in batch]
    assert max(len(queue_bodies.read(each).receipts) for each in bodies) <= queue_bodies.MAX_ITEMS
    assert max(len(each.encode()) for each in bodies) <= MAX_BODY_BYTES
    assert max(len(batch) for batch in sqs.batches) <= 10
