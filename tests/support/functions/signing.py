"""Headers by which a provider signs receipts, as Standard Webhooks has them."""

import base64
import hashlib
import hmac
from datetime import datetime

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
NEXT_SECRET = "whsec_" + base64.b64encode(bytes(range(32, 64))).decode()


def signature(secret: str, sent_id: str, seconds: int, body: bytes) -> str:
    """Return the value of the header `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{sent_id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def signed(body: bytes, *, at: datetime, secret: str = SECRET, sent_id: str = "msg_1") -> dict[str, str]:
    """Return the headers of a signed call."""
    seconds = int(at.timestamp())
    return {
        "content-type": "application/json",
        "webhook-id": sent_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature(secret, sent_id, seconds, body),
    }
