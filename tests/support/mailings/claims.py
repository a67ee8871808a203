"""Claims of messages for the only provider of a test."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from notifications import message_state
from notifications.message_state import Claimed

PROVIDER = "fake"


def claim_messages(
    connection: Connection,
    ids: Iterable[int],
    *,
    now: datetime,
    provider: str = PROVIDER,
    requires_consent: bool = False,
) -> list[Claimed]:
    """Claim messages for a provider, the only one that is configured."""
    providers = dict.fromkeys(ids, provider)
    return message_state.claim(connection, providers, configured=[provider], now=now, requires_consent=requires_consent)
