"""Headers of a callback as Standard Webhooks defines them, with the faults that they can have."""

import base64
import hashlib
import hmac

from provider_simulator.callbacks.settings import CallFault

# Receivers refuse calls that are more than five minutes older or newer.
_WRONG_BY_SECONDS = 3600


def headers(key: bytes, webhook_id: str, body: bytes, *, now: float, fault: CallFault | None) -> dict[str, str]:
    """Return id, time and signature of a call, wrong in the way of its fault."""
    timestamp = str(round(now + {"future": _WRONG_BY_SECONDS, "too_old": -_WRONG_BY_SECONDS}.get(fault or "", 0)))
    named = {"webhook-id": webhook_id, "webhook-timestamp": timestamp}
    match fault:
        case "unsigned":
            return named
        case "wrong_signature":
            key = bytes(reversed(key)) + b"!"
    return named | {"webhook-signature": signature(key, webhook_id, timestamp, body)}


def signature(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a call: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`."""
    signed = b".".join((webhook_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
