"""Receipts for the messages of a test."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine

from notifications.contracts.enumerations import ReceiptState
from notifications.message_state import deliveries
from notifications.message_state.deliveries import Receipt


def receive(engine: Engine, states: Mapping[int, str], *, at: datetime, provider: str = "http") -> None:
    """Apply one receipt to each of the messages, given by their ids."""
    receipts = [
        Receipt(provider=provider, message_id=message_id, state=ReceiptState(state), at=at)
        for message_id, state in states.items()
    ]
    with engine.begin() as connection:
        deliveries.apply(connection, receipts, now=at)
