"""What handlers find around them: their variables, AWS as moto plays it, the provider's stand-in, CloudFormation."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import Engine

import sender.handler
import sender.settings
from provider_simulator import serve
from sender.providers.http import HttpProvider

EVENTS = Path(__file__).parents[3] / "events"
SENDER = "reports@example.com"
CACHES = (*(sender.settings.settings, sender.handler._loop, sender.handler._provider),)


def event(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return found


@pytest.fixture(autouse=True)
def surroundings(engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An emptied database, and each function's variables."""
    assert engine
    with serve() as provider, mock_aws():
        variables = {
            "AWS_DEFAULT_REGION": "eu-central-1",
            "DATABASE_URL": database_url,
            "QUEUE_URL": boto3.client("sqs", region_name="eu-central-1").create_queue(QueueName="queue")["QueueUrl"],
            "PROVIDER_URL": provider.url,
            "PROVIDER_TOKEN": "token",
            "REPORT_SENDER": SENDER,
            "REPORT_RECIPIENTS": "a@example.com",
            "REPORT_CONFIGURATION_SET": "reports",
            "REPORT_LANGUAGE": "en",
            "REPORT_TIMEZONE": "Europe/Moscow",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        for cached in CACHES:
            cached.cache_clear()
        boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        boto3.client("sesv2").create_configuration_set(ConfigurationSetName="reports")
        yield
        _end_sender()
    for cached in CACHES:
        cached.cache_clear()


def _end_sender() -> None:
    """An instance of Lambda is just frozen; here its loop and its connections would be left open."""
    provider = sender.handler._provider() if sender.handler._provider.cache_info().currsize else None
    if isinstance(provider, HttpProvider):
        sender.handler._loop().run(provider.aclose())
    if sender.handler._loop.cache_info().currsize:
        sender.handler._loop().close()


class Answers(HTTPServer):
    """Where CloudFormation awaits a custom resource's answer: takes what is PUT to it."""

    received: list[dict[str, Any]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/answer"


class _Taking(BaseHTTPRequestHandler):
    server: Answers

    def do_PUT(self) -> None:
        self.server.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


def answers() -> Iterator[Answers]:
    with Answers(("127.0.0.1", 0), _Taking) as server:
        server.received = []
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


cloudformation = pytest.fixture(answers)
