"""Instances of a function that are cheap to kill: `python -m tests.chaos.instances sender 4`.

The stack's own take seconds to start anew, since each unpacks its code. These run the same handlers over the same
queue and database, as so many more instances: forked from a process that has imported everything, one event at a
time, and forked anew as soon as they die.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

import dispatcher.bootstrap
import dispatcher.handler
import sender.bootstrap
import sender.handler
from notifications.contracts.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

BATCH_SIZE = 10
PAUSE_SECONDS = 0.2


@dataclass
class Context(LambdaContext):
    """What Lambda tells a handler of its invocation."""

    _function_name: str
    lasts_seconds: float
    _memory_limit_in_mb: int = 1024
    _aws_request_id: str = field(default_factory=lambda: str(uuid4()))
    _invoked_function_arn: str = "arn:aws:lambda:eu-central-1:000000000000:function:chaos"
    began: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        """How long the invocation may still take."""
        return max(0, round((self.lasts_seconds - (time.monotonic() - self.began)) * 1000))


type Act = Callable[[], None]


def build_sender(sqs: "SQSClient") -> Act:
    """Build a sender.

    Returns:
        Brings it one batch from the queue, as its event source mapping does.
    """
    collaborators = sender.bootstrap.from_environment()
    # It takes long and opens no connection yet.
    collaborators.sender()
    handler = sender.handler.build_handler(collaborators)
    return lambda: _send(sqs, handler)


def _send(sqs: "SQSClient", handler: sender.handler.Handler) -> None:
    url = os.environ["QUEUE_URL"]
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH_SIZE, MessageSystemAttributeNames=["All"])
    messages = answer.get("Messages", [])
    if not messages:
        time.sleep(PAUSE_SECONDS)
        return
    given_back = handler({"Records": [_record(each) for each in messages]}, Context("sender", 60))
    failed = {each["itemIdentifier"] for each in given_back["batchItemFailures"]}
    done = [each for each in messages if each["MessageId"] not in failed]
    entries: Any = [{"Id": each["MessageId"], "ReceiptHandle": each["ReceiptHandle"]} for each in done]
    if entries:
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)


def _record(message: "MessageTypeDef") -> dict[str, Any]:
    return {"messageId": message["MessageId"], "body": message["Body"], "attributes": message["Attributes"]}


def build_dispatcher(_: "SQSClient") -> Act:
    """Build a dispatcher.

    Returns:
        Runs one tick and waits a little.
    """
    collaborators = dispatcher.bootstrap.from_environment()
    # It takes long and opens no connection yet.
    collaborators.queue()
    handler = dispatcher.handler.build_handler(collaborators)

    def tick() -> None:
        handler({}, Context("dispatcher", 80))
        time.sleep(PAUSE_SECONDS)

    return tick


ROLES: dict[str, Callable[["SQSClient"], Act]] = {"sender": build_sender, "dispatcher": build_dispatcher}


def _live(act: Act) -> None:
    """One invocation after the other; one that fails leaves its records to the queue, and the instance goes on."""
    while True:
        try:
            act()
        except Exception:  # noqa: BLE001 - as Lambda does, whatever it was
            logger.exception("the invocation failed")
            time.sleep(PAUSE_SECONDS)


def main(role: str, instances: int) -> None:
    """Keep so many instances alive, until killed with all of them."""
    sqs: SQSClient = boto3.client("sqs")
    act = ROLES[role](sqs)
    alive: set[int] = set()
    while True:
        while len(alive) < instances:
            pid = os.fork()
            if not pid:
                _live(act)
            alive.add(pid)
        alive.discard(os.wait()[0])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
