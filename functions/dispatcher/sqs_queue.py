"""Queue of messages to send: an SQS queue, written in batches of ten over several connections."""

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from threading import Event
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from notifications.contracts.observability import logger
from notifications.contracts.queue_message import QueueMessage

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

BATCH_SIZE = 10
CONNECTIONS = 8
# Longest `DelaySeconds` that SQS takes.
LONGEST_DELAY = timedelta(minutes=15)
# Messages outside mailings are a group of their own.
NO_MAILING = "direct"

_COUNTERS: "Sequence[QueueAttributeNameType]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
)

type Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class ScheduledMessage:
    """Released message. No sender receives it before `send_at`; `mailing_id` is None outside mailings."""

    message_id: int
    mailing_id: int | None
    send_at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """Messages that are being sent to the queue."""

    messages: Sequence[ScheduledMessage]
    batches: Sequence[Future[list[int]]]

    def refused(self) -> list[int]:
        """Wait until all messages have been sent, and return the ids of those that the queue refused."""
        return [message_id for batch in self.batches for message_id in batch.result()]


class Queue:
    """Puts messages onto an SQS queue."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url
        self._pool = ThreadPoolExecutor(CONNECTIONS)

    def publish(self, messages: Sequence[ScheduledMessage], *, clock: Clock) -> Publication:
        """Start to send messages, after those that are already being sent."""
        failed = Event()
        batches = batched(messages, BATCH_SIZE, strict=False)
        return Publication(messages, [self._pool.submit(self._send_batch, batch, clock, failed) for batch in batches])

    def length(self) -> int | None:
        """Return about how many messages are on the queue, delayed and received ones included; None if it is down."""
        try:
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=_COUNTERS)
        except (BotoCoreError, ClientError):
            logger.exception("the queue gave no counts")
            return None
        return sum(int(answer["Attributes"][name]) for name in _COUNTERS)

    def _send_batch(self, batch: Sequence[ScheduledMessage], clock: Clock, failed: Event) -> list[int]:
        # After one failed batch the rest of the release would only wait for the same error.
        if failed.is_set():
            return [message.message_id for message in batch]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=list(_entries(batch, clock())))
        except (BotoCoreError, ClientError):
            failed.set()
            logger.exception("the queue refused a batch", extra={"messages": len(batch)})
            return [message.message_id for message in batch]
        refused = answer.get("Failed", [])
        for failure in refused:
            logger.error("the queue refused a message", extra={"message_id": int(failure["Id"]), "reason": failure})
        return [int(failure["Id"]) for failure in refused]


def _entries(batch: Iterable[ScheduledMessage], now: datetime) -> "Iterable[SendMessageBatchRequestEntryTypeDef]":
    for message in batch:
        wait = min(max(message.send_at - now, timedelta(0)), LONGEST_DELAY)
        yield {
            "Id": str(message.message_id),
            "MessageBody": QueueMessage(message_id=message.message_id, mailing_id=message.mailing_id).to_body(),
            # Rounded up to whole seconds, since a sender puts back a message that arrives early.
            "DelaySeconds": math.ceil(wait.total_seconds()),
            # Makes it a fair queue: one mailing's backlog does not delay another's.
            "MessageGroupId": str(message.mailing_id or NO_MAILING),
        }
