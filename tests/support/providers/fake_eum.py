"""AWS End User Messaging on this machine: takes the calls of boto3's own client, and answers as a test says."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3

from sender.providers.aws import client_config

TARGET = "PinpointSMSVoiceV2.SendTextMessage"


@dataclass
class FakeEum:
    """Received calls, and the answer to the next ones.

    Args:
        status, body: the answer; a success by default.
    """

    client: Any = None
    status: int = 200
    body: dict[str, Any] = field(default_factory=lambda: {"MessageId": "862a8790"})
    requests: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, status: int, code: str, reason: str | None = None, message: str = "oops") -> None:
        """Answer with an error."""
        self.status = status
        self.body = {"__type": code, "Message": message} | ({"Reason": reason} if reason else {})


@contextmanager
def fake_eum() -> Iterator[FakeEum]:
    """Run the service for the duration of the block."""
    fake = FakeEum()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            assert self.headers["X-Amz-Target"] == TARGET
            fake.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = json.dumps(fake.body).encode()
            self.send_response(fake.status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        fake.client = boto3.client(
            "pinpoint-sms-voice-v2",
            region_name="eu-central-1",
            endpoint_url=f"http://127.0.0.1:{server.server_address[1]}",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=client_config(10),
        )
        yield fake
        fake.client.close()
        server.shutdown()
        thread.join()
