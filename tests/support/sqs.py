"""Answers of SQS that several fakes give."""

from typing import Any


def attributes(messages: int) -> dict[str, Any]:
    """Return the answer of `get_queue_attributes` for a queue with so many messages that can be received."""
    counters = {"ApproximateNumberOfMessagesDelayed": "0", "ApproximateNumberOfMessagesNotVisible": "0"}
    return {"Attributes": {"ApproximateNumberOfMessages": str(messages)} | counters}
