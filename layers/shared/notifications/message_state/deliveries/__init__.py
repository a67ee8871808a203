"""Deliveries of messages, by the receipts of their providers."""

from notifications.message_state.deliveries import early_receipts, receipt_checks
from notifications.message_state.deliveries.applying import Applied, apply
from notifications.message_state.deliveries.receipts import Receipt

__all__ = ["Applied", "Receipt", "apply", "early_receipts", "receipt_checks"]
