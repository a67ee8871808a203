"""The functions in this process, invoked one after the other as by Lambda, over a fake of the AWS calls they use.

Only the handlers are used, so that an older version's code runs too.
"""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from typing import Any
from uuid import uuid4

import boto3

from api.app import handler as api_handler
from dispatcher import handler as dispatcher
from sender import handler as sender
from tests.support.functions import gateway

MILLISECOND = timedelta(milliseconds=1)
TICK_MILLISECONDS = 2_000
SECONDS_LEFT = 120


@dataclass
class Aws:
    """Fake AWS clients: keep queue messages, accept mails, and ignore invocations."""

    queued: list[str] = field(default_factory=list)

    def client(self, _: str, **__: object) -> "Aws":
        return self

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: ARG002, N803
        self.queued += [entry["MessageBody"] for entry in Entries]
        return {}

    def send_email(self, **_: object) -> dict[str, str]:
        return {"MessageId": "mail"}

    def invoke(self, **_: object) -> dict[str, Any]:
        return {}

    def take(self) -> list[dict[str, Any]]:
        """Remove and return the waiting records."""
        bodies, self.queued = self.queued, []
        return [record(body) for body in bodies]


class Context(gateway.Context):
    """Context of an invocation with time left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return SECONDS_LEFT * 1000


class TickContext(Context):
    """Context of a tick that soon stops waiting for its messages: nobody sends them before it has ended."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return (dispatcher.RESERVE // MILLISECOND) + TICK_MILLISECONDS


@dataclass
class Functions:
    """All functions in this process, whose boto3 clients the fake replaces. Settings are the process's variables."""

    aws: Aws = field(default_factory=Aws)
    call: gateway.Gateway = field(default_factory=lambda: gateway.Gateway(api_handler))

    def __post_init__(self) -> None:
        boto3.client = self.aws.client  # type: ignore[assignment]

    def ask(self, method: str, url: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Any:
        """Call the API, assert success, and return the answer."""
        answer = self.call(method, url, body, headers=headers)
        assert answer.status < 300, f"{method} {url}: {answer.status} {answer.text}"
        return answer.json if answer.body else None

    def tick(self) -> None:
        """Run the dispatcher once."""
        dispatcher.handler({}, TickContext())

    def send(self) -> int:
        """Send all waiting records in batches, and return their number."""
        records = self.aws.take()
        for batch in batched(records, 10, strict=False):
            assert sender.handler({"Records": list(batch)}, Context()) == {"batchItemFailures": []}
        return len(records)


def record(body: str) -> dict[str, Any]:
    """Return an SQS record with the fields that functions read."""
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": str(time.time_ns() // 1_000_000)}
    return {"messageId": str(uuid4()), "body": body, "attributes": attributes}
