"""Deliveries: what receipts say of messages that a provider accepted, or may have accepted."""

from notifications.message_state.deliveries import early_receipts, receipt_checks
from notifications.message_state.deliveries.applying import Applied, apply
from notifications.message_state.deliveries.receipts import Receipt
from notifications.message_state.deliveries.rules import Known, after

__all__ = ["Applied", "Known", "Receipt", "after", "apply", "early_receipts", "receipt_checks"]
