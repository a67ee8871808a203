"""Records from the queue."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError


class Body(BaseModel):
    """What the dispatcher put into a record."""

    message_id: Annotated[int, Field(strict=True, gt=0, lt=2**63)]


def message_id_of(record: dict[str, Any]) -> int | None:
    """The message id in an SQS record, or None if it cannot be read."""
    try:
        return Body.model_validate_json(record["body"]).message_id
    except ValidationError:
        return None


def read(records: Iterable[dict[str, Any]]) -> tuple[list[int], list[str]]:
    """The message ids in SQS records, and the record ids of those that cannot be read."""
    ids, unreadable = [], []
    for record in records:
        message_id = message_id_of(record)
        if message_id is None:
            unreadable.append(record["messageId"])
        else:
            ids.append(message_id)
    return ids, unreadable
