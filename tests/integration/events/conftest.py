"""Fixtures of handlers: environment variables, AWS by moto, the provider simulator, CloudFormation's response URL."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import Engine

import sender.bootstrap
import sender.handler
from provider_simulator import serve
from sender.providers.http import HttpProvider
from tests.support.functions.api import ERASURE_KEY
from tooling.paths import ROOT

EVENTS = ROOT / "events"
SENDER = "reports@example.com"


def event(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return found


@pytest.fixture(autouse=True)
def surroundings(engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Environment variables of each function, with an empty database."""
    assert engine
    with serve() as provider, mock_aws():
        variables = {
            "AWS_DEFAULT_REGION": "eu-central-1",
            "DATABASE_URL": database_url,
            "QUEUE_URL": boto3.client("sqs", region_name="eu-central-1").create_queue(QueueName="queue")["QueueUrl"],
            "IMPORTER_FUNCTION_NAME": "importer",
            "UPLOAD_BUCKET": "uploads",
            "ERASURE_BUCKET": "erasures",
            "ERASURE_KEY_SECRET_ARN": _erasure_key(),
            "PROVIDER_URL": provider.url,
            "PROVIDER_TOKEN": "token",
            "REPORT_SENDER": SENDER,
            "REPORT_RECIPIENTS": "a@example.com",
            "REPORT_CONFIGURATION_SET": "reports",
            "REPORT_LANGUAGE": "en",
            "REPORT_TIMEZONE": "Europe/Moscow",
            "CANARY_PHONE": "79990000001",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="erasures")
        boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        boto3.client("sesv2").create_configuration_set(ConfigurationSetName="reports")
        yield


def _erasure_key() -> str:
    client = boto3.client("secretsmanager", region_name="eu-central-1")
    made = client.create_secret(Name="erasure-key", SecretString=ERASURE_KEY.decode())
    return str(made["ARN"])


@pytest.fixture
def deliver(surroundings: None) -> Iterator[sender.handler.Handler]:
    """The sender's handler as wired by bootstrap; its event loop and connections are closed at the end."""
    assert surroundings is None
    collaborators = sender.bootstrap.from_environment()
    yield sender.handler.build_handler(collaborators)
    provider = collaborators.sender().provider
    assert isinstance(provider, HttpProvider)
    collaborators.runner.run(provider.aclose())
    collaborators.runner.close()


class Answers(HTTPServer):
    """HTTP server in place of the response URL of a custom resource; records PUT requests."""

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
        """Log nothing."""


def answers() -> Iterator[Answers]:
    with Answers(("127.0.0.1", 0), _Taking) as server:
        server.received = []
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


cloudformation = pytest.fixture(answers)
