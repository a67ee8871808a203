"""Queue of receipts and replies: an SQS queue that the receiver reads."""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from api.middleware.problems import Unavailable
from notifications.contracts.observability import logger
from notifications.contracts.problem_codes import ProblemCode
from notifications.message_state.deliveries import Receipt
from notifications.messages.callbacks import queue_bodies
from notifications.messages.callbacks.reply import Reply

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

# Most messages of a call of SendMessageBatch. Together they may have 256 KiB.
BATCH_SIZE = 10
MAX_BODY_BYTES = 256 * 1024 // BATCH_SIZE


def sqs_client() -> "SQSClient":
    """Return a client that gives up within 7 s, since the provider is waiting."""
    retries: Any = {"total_max_attempts": 2, "mode": "standard"}
    client: SQSClient = boto3.client("sqs", config=Config(connect_timeout=1, read_timeout=2, retries=retries))
    return client


class CallbackQueue:
    """Puts receipts and replies onto an SQS queue, many in one message."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send_receipts(self, receipts: Sequence[Receipt]) -> None:
        """Put receipts onto the queue.

        Raises:
            Unavailable: the queue has refused some of them. Sending all of them again is harmless.
        """
        self._send(queue_bodies.write_receipts(receipts, max_bytes=MAX_BODY_BYTES))

    def send_replies(self, replies: Sequence[Reply]) -> None:
        """Put replies onto the queue.

        Raises:
            Unavailable: the queue has refused some of them. Sending all of them again is harmless.
        """
        self._send(queue_bodies.write_replies(replies, max_bytes=MAX_BODY_BYTES))

    def _send(self, all_bodies: Iterable[str]) -> None:
        for bodies in batched(all_bodies, BATCH_SIZE, strict=False):
            try:
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=list(_entries(bodies)))
            except (BotoCoreError, ClientError) as error:
                logger.exception("the queue refused callbacks")
                raise Unavailable(ProblemCode.QUEUE_UNAVAILABLE) from error
            if refused := answer.get("Failed"):
                logger.error("the queue refused callbacks", extra={"reasons": refused})
                raise Unavailable(ProblemCode.QUEUE_UNAVAILABLE)


def _entries(bodies: Iterable[str]) -> "Iterable[SendMessageBatchRequestEntryTypeDef]":
    for number, body in enumerate(bodies):
        yield {"Id": str(number), "MessageBody": body}
