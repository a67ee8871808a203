"""Message of the queue: the dispatcher writes it; the sender and the dead-letter function read it."""

from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class QueueMessage(BaseModel):
    """Body of an SQS record.

    Attributes:
        message_id: the message to send.
        mailing_id: its mailing, for operators who read the queue; None outside mailings and in older records.
    """

    model_config = ConfigDict(frozen=True)

    message_id: Annotated[int, Field(strict=True, gt=0, lt=2**63)]
    mailing_id: int | None = None

    def to_body(self) -> str:
        """Return the body as JSON."""
        return self.model_dump_json()

    @classmethod
    def of(cls, record: dict[str, Any]) -> Self | None:
        """Return the message in an SQS record, or None if it cannot be read."""
        try:
            return cls.model_validate_json(record["body"])
        except ValidationError:
            return None


def read_batch(records: Iterable[dict[str, Any]]) -> tuple[list[int], list[str]]:
    """Return the message ids in SQS records, and the record ids of those that cannot be read."""
    ids, unreadable = [], []
    for record in records:
        message = QueueMessage.of(record)
        if message is None:
            unreadable.append(record["messageId"])
        else:
            ids.append(message.message_id)
    return ids, unreadable
