"""Fake SQS and Secrets Manager without latency, in its own process: `python -m benchmarks.harness.fast_aws`.

Implements AWS's JSON protocol over HTTP/1.1 with keep-alive, as far as boto3's `send_message_batch`,
`receive_message` and `get_secret_value` need it. The one queue is strictly first in, first out among due messages,
which is the worst case for fairness. A received message is deleted. Every secret's value is its id. Prints its port.
"""

import asyncio
import hashlib
import heapq
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

URL = "http://127.0.0.1:{port}/000000000000/queue"


class FastSqs:
    """Queue in memory."""

    def __init__(self) -> None:
        self._messages: list[tuple[float, int, str]] = []
        self._number = 0

    def send_message_batch(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Enqueue all entries."""
        return {"Successful": [self._take(entry) for entry in request["Entries"]], "Failed": []}

    def _take(self, entry: Mapping[str, Any]) -> Mapping[str, str]:
        self._number += 1
        body = entry["MessageBody"]
        heapq.heappush(self._messages, (time.time() + entry.get("DelaySeconds", 0), self._number, body))
        md5 = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
        return {"Id": entry["Id"], "MessageId": str(self._number), "MD5OfMessageBody": md5}

    def receive_message(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Remove and return due messages."""
        now = time.time()
        messages: list[Mapping[str, str]] = []
        while len(messages) < request["MaxNumberOfMessages"] and self._messages and self._messages[0][0] <= now:
            _, number, body = heapq.heappop(self._messages)
            messages.append({"MessageId": str(number), "ReceiptHandle": str(number), "Body": body})
        return {"Messages": messages}


def get_secret_value(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the requested id as the secret's value."""
    return {"SecretString": request["SecretId"]}


class Connection(asyncio.Protocol):
    """HTTP connection that reads requests and answers each."""

    def __init__(self, sqs: FastSqs) -> None:
        self._actions = {
            b"AmazonSQS.SendMessageBatch": sqs.send_message_batch,
            b"AmazonSQS.ReceiveMessage": sqs.receive_message,
            b"secretsmanager.GetSecretValue": get_secret_value,
        }
        self._buffer = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the answers."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer the complete requests."""
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, rest = self._buffer.partition(b"\r\n\r\n")
            headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
            headers = {name.lower(): value for name, value in headers.items()}
            length = int(headers[b"content-length"])
            if len(rest) < length:
                return
            self._buffer = rest[length:]
            self._answer(self._actions[headers[b"x-amz-target"]](json.loads(rest[:length])))

    def _answer(self, answer: Mapping[str, Any]) -> None:
        body = json.dumps(answer).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


@contextmanager
def fast_sqs(connections: int) -> Iterator["tuple[SQSClient, str]"]:
    """Run the fake in its own process, and yield a client and the queue's URL."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.harness.fast_aws"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = URL.format(port=int(process.stdout.readline()))
        try:
            yield client(url, connections), url
        finally:
            process.terminate()


def client(url: str, connections: int) -> "SQSClient":
    """Return a client with the dispatcher's settings."""
    made: SQSClient = boto3.client(
        "sqs",
        endpoint_url=url.partition("/000000000000")[0],
        region_name="eu-central-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(max_pool_connections=connections, connect_timeout=2, read_timeout=3),
    )
    return made


async def main() -> None:
    """Serve until the process is ended."""
    sqs, listening = FastSqs(), socket.create_server(("127.0.0.1", 0))
    server = await asyncio.get_running_loop().create_server(lambda: Connection(sqs), sock=listening)
    print(listening.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
