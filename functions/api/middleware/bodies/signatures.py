"""Verifies signatures of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and raw body.

The package `standardwebhooks` reads the clock itself, and fails on malformed signatures with other errors than its own
(docs/decisions/0069-receipts.md).
"""

import base64
import hmac
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from api.middleware.bodies.encoding import read_bytes
from api.middleware.problems import Unsigned
from api.request_context import Event
from notifications.contracts.problem_codes import ProblemCode

# Longest difference between the time of a signature and the current time.
MAX_SKEW = timedelta(minutes=5)
# Shortest key that the specification allows. A shorter one, such as that of an empty secret, could be guessed.
MIN_KEY_BYTES = 24
_PREFIX = "whsec_"
_VERSION = "v1"
_SECONDS = re.compile("[0-9]{1,11}")


def verify(event: Event, secrets: Sequence[str], *, now: datetime) -> None:
    """Check the signature of an event, by one of the secrets, over the body as it came.

    Raises:
        Unsigned: the signature, its id or its time is missing or wrong, or the time is more than `MAX_SKEW` off.
        ValueError: a secret is not base64, or is too short.
    """
    sent_id, sent_at, signatures = (
        event["headers"].get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")
    )
    body = read_bytes(event.get("body") or "", is_base64=event.get("isBase64Encoded", False))
    expected = [_sign(secret, f"{sent_id}.{sent_at}.".encode() + body) for secret in secrets]
    given = list(_signatures(signatures))
    # Every pair is compared, so that the time tells nothing.
    matches = [hmac.compare_digest(each, other) for each in expected for other in given]
    if not (sent_id and _is_recent(sent_at, now) and any(matches)):
        raise Unsigned(ProblemCode.SIGNATURE_INVALID)


def _sign(secret: str, content: bytes) -> bytes:
    key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(f"a secret of receipts has less than {MIN_KEY_BYTES} bytes")
    return base64.b64encode(hmac.digest(key, content, "sha256"))


def _is_recent(sent_at: str, now: datetime) -> bool:
    return bool(_SECONDS.fullmatch(sent_at)) and abs(now.timestamp() - int(sent_at)) <= MAX_SKEW.total_seconds()


def _signatures(header: str) -> Iterator[bytes]:
    """Yield the signatures of the known version in a header that may have several, separated by spaces."""
    for each in header.split(" "):
        version, _, signature = each.partition(",")
        if version == _VERSION:
            yield signature.encode()
