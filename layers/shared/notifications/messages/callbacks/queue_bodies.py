"""Messages of the queue that the API writes and the receiver reads: each holds receipts or replies, as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from notifications.message_state.deliveries import Receipt
from notifications.messages.callbacks.reply import Reply

# Most receipts or replies of a message of the queue.
MAX_ITEMS = 100

_RECEIPT = TypeAdapter(Receipt)
_REPLY = TypeAdapter(Reply)


class Body(BaseModel):
    """Content of a message of the queue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    receipts: Sequence[Receipt] = ()
    replies: Sequence[Reply] = ()

    @model_validator(mode="after")
    def _require_content(self) -> Self:
        if not (self.receipts or self.replies):
            raise ValueError("it has neither receipts nor replies")
        return self


def write_receipts(receipts: Sequence[Receipt], *, max_bytes: int) -> Iterator[str]:
    """Yield bodies with at most `MAX_ITEMS` receipts and `max_bytes` bytes each. One receipt has less than these."""
    return _bodies("receipts", map(_RECEIPT.dump_json, receipts), max_bytes)


def write_replies(replies: Sequence[Reply], *, max_bytes: int) -> Iterator[str]:
    """Yield bodies with at most `MAX_ITEMS` replies and `max_bytes` bytes each. One reply has less than these."""
    return _bodies("replies", map(_REPLY.dump_json, replies), max_bytes)


def read(body: str) -> Body:
    """Return the content of a body.

    Raises:
        ValidationError: the body has neither receipts nor replies.
    """
    return Body.model_validate_json(body)


def _bodies(name: str, items: Iterable[bytes], max_bytes: int) -> Iterator[str]:
    frame = len(f'{{"{name}":[]}}')
    body: list[bytes] = []
    size = frame
    for each in items:
        if body and (len(body) == MAX_ITEMS or size + len(each) > max_bytes):
            yield _joined(name, body)
            body, size = [], frame
        body.append(each)
        size += len(each) + 1
    if body:
        yield _joined(name, body)


def _joined(name: str, body: Sequence[bytes]) -> str:
    return f'{{"{name}":[{b",".join(body).decode()}]}}'
