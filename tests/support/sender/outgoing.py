"""Messages as a provider's client gets them."""

from datetime import timedelta
from typing import Any

from notifications.contracts.enumerations import Category
from sender.providers.base import OutgoingMessage


def outgoing(text: str = "Hello", **fields: Any) -> OutgoingMessage:
    """Return a message, whose other fields are valid."""
    given: dict[str, Any] = {
        "id": 1,
        "phone": "79261234567",
        "category": Category.MARKETING,
        "valid_for": timedelta(hours=1),
    }
    return OutgoingMessage(**given | {"text": text} | fields)
