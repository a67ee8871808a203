"""Function instances, each in its own process as on Lambda: `python -m benchmarks.harness.instances FUNCTION`.

FUNCTION is `sender` or `dispatcher`. A sender handles batches from the queue until its input ends. On AWS, pollers
receive messages outside the function, so receiving is kept as cheap as HTTP allows. A dispatcher ticks once for
every line of its input.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from subprocess import DEVNULL, PIPE, Popen
from typing import IO, Any
from urllib.parse import urlsplit

from aws_lambda_powertools.utilities.typing import LambdaContext

BATCH = 10
# Pause between two polls of an empty queue.
PAUSE_SECONDS = 0.01


@dataclass
class Context(LambdaContext):
    """Lambda context with the attributes that the handlers use."""

    _function_name: str
    _aws_request_id: str = "r-1"
    _memory_limit_in_mb: int = 512
    _invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:f"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Return the sender's full time limit in the template, in milliseconds."""
        return 120_000


class Poller:
    """Receives the records of a sender's next event from the fake queue."""

    def __init__(self, queue_url: str) -> None:
        self._connection = HTTPConnection(urlsplit(queue_url).netloc)
        self._body = json.dumps({"QueueUrl": queue_url, "MaxNumberOfMessages": BATCH})
        self._headers = {"X-Amz-Target": "AmazonSQS.ReceiveMessage"}

    def receive(self) -> Sequence[Mapping[str, Any]]:
        """Return at most one batch of records; none if nothing is due."""
        self._connection.request("POST", "/", self._body, self._headers)
        messages = json.loads(self._connection.getresponse().read())["Messages"]
        attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": str(time.time_ns() // 1_000_000)}
        return [{"messageId": each["MessageId"], "body": each["Body"], "attributes": attributes} for each in messages]


def send_until_end() -> None:
    """Handle batches as a sender until the input ends."""
    from sender.handler import handler  # noqa: PLC0415 - an instance has one function

    reading = threading.Thread(target=sys.stdin.read, daemon=True)
    reading.start()
    poller, context = Poller(os.environ["QUEUE_URL"]), Context("sender")
    while reading.is_alive():
        if records := poller.receive():
            handler({"Records": records}, context)
        else:
            time.sleep(PAUSE_SECONDS)


def tick_until_end() -> None:
    """Tick as a dispatcher for every line of the input."""
    from dispatcher.handler import handler  # noqa: PLC0415 - the same

    for _ in sys.stdin:
        handler({}, Context("dispatcher"))


@contextmanager
def instances(function: str, number: int, environment: Mapping[str, str]) -> Iterator[Sequence[IO[str]]]:
    """Run instances of a function, and yield their inputs. Their logs are discarded."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.harness.instances", function]
    with ExitStack() as running:
        started = [Popen(command, stdin=PIPE, stdout=DEVNULL, text=True, env=environment) for _ in range(number)]
        for process in started:
            running.enter_context(process)
        inputs = [process.stdin for process in started if process.stdin]
        yield inputs
        for each in inputs:
            each.close()


if __name__ == "__main__":
    {"sender": send_until_end, "dispatcher": tick_until_end}[sys.argv[1]]()
