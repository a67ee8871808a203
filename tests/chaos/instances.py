"""Additional instances of a function that restart at once: `python -m tests.chaos.instances sender 4`.

Instances of MiniStack take seconds to restart, because each unpacks its code. These run the same handlers on the same
queue and database. They are forked from a process that has imported everything, and forked again when they end.
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
from notifications.database.dispatcher_runs import CHANGE_EVENT

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

BATCH_SIZE = 10
PAUSE_SECONDS = 0.2


@dataclass
class Context(LambdaContext):
    """The context of a Lambda invocation."""

    _function_name: str
    lasts_seconds: float
    _memory_limit_in_mb: int = 1024
    _aws_request_id: str = field(default_factory=lambda: str(uuid4()))
    _invoked_function_arn: str = "arn:aws:lambda:eu-central-1:000000000000:function:chaos"
    began: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        """Return the milliseconds until the timeout."""
        return max(0, round((self.lasts_seconds - (time.monotonic() - self.began)) * 1000))


type Invocation = Callable[[], None]


def build_sender(sqs: "SQSClient") -> Invocation:
    """Return a function that invokes the sender with a batch from the queue, as its event source mapping does."""
    collaborators = sender.bootstrap.from_environment()
    # Built before the fork: it takes long, and opens no connection.
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
    given_back = handler({"Records": [_record(each) for each in messages]}, Context("sender", 120))
    failed = {each["itemIdentifier"] for each in given_back["batchItemFailures"]}
    done = [each for each in messages if each["MessageId"] not in failed]
    entries: Any = [{"Id": each["MessageId"], "ReceiptHandle": each["ReceiptHandle"]} for each in done]
    if entries:
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)


def _record(message: "MessageTypeDef") -> dict[str, Any]:
    return {"messageId": message["MessageId"], "body": message["Body"], "attributes": message["Attributes"]}


def build_dispatcher(_: "SQSClient") -> Invocation:
    """Return a function that invokes the dispatcher, by the schedule in every second process, else by a change."""
    collaborators = dispatcher.bootstrap.from_environment()
    # Built before the fork: it takes long, and opens no connection.
    collaborators.queue()
    handler = dispatcher.handler.build_handler(collaborators)

    def tick() -> None:
        handler({} if os.getpid() % 2 else CHANGE_EVENT, Context("dispatcher", 80))
        time.sleep(PAUSE_SECONDS)

    return tick


ROLES: dict[str, Callable[["SQSClient"], Invocation]] = {"sender": build_sender, "dispatcher": build_dispatcher}


def _run_forever(invoke: Invocation) -> None:
    """Invoke again and again. After a failure the records stay on the queue, and the instance continues."""
    while True:
        try:
            invoke()
        except Exception:  # noqa: BLE001 - Lambda also continues after any error
            logger.exception("the invocation failed")
            time.sleep(PAUSE_SECONDS)


def main(role: str, instances: int) -> None:
    """Keep this number of instances running until this process is killed."""
    sqs: SQSClient = boto3.client("sqs")
    invoke = ROLES[role](sqs)
    running: set[int] = set()
    while True:
        while len(running) < instances:
            pid = os.fork()
            if not pid:
                _run_forever(invoke)
            running.add(pid)
        running.discard(os.wait()[0])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
