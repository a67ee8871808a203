"""Files in the folder of a stack: description, secrets, record of the deployment."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from local import environment
from local.deployment import record
from local.errors import NotRunning
from local.secrets import Secrets
from local.servers import ministack
from local.settings import Settings
from local.stack.description import Stack
from ops.machines.clients import Machine

OUTPUTS = {
    "ApiId": "abc123",
    "AdminUrl": "https://d123.cloudfront.net/",
    "UserPoolId": "eu-central-1_x",
    "UserPoolClientId": "client",
    "QueueUrl": "http://localhost:4566/0/queue",
    "DeadLetterQueueUrl": "http://localhost:4566/0/dead",
}
CONTRACT = {
    "api_url",
    "docs_url",
    "admin_url",
    "provider_url",
    "mail_url",
    "database_url",
    "aws_endpoint_url",
    "region",
    "stack_name",
    "user_pool_id",
    "user_pool_client_id",
    "username",
    "password",
    "queue_url",
    "dead_letter_queue_url",
    "machine_client_id",
    "machine_client_secret",
    "machine_scope",
    "token_url",
    "receipt_secret",
}
MACHINE = Machine("machine", secret="s3cret", scope="notifications/operator")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(local_dir=tmp_path, ministack_port=4600)


def test_the_description_has_the_agreed_fields(settings: Settings) -> None:
    Stack.describe(settings, Secrets(), OUTPUTS, MACHINE, receipt_secret="c2VjcmV0", has_site=False).write(settings)
    file = settings.state_dir / "stack.json"
    described = json.loads(file.read_text())
    assert described.keys() == CONTRACT
    assert described["api_url"] == "http://localhost:4600/_aws/execute-api/abc123/api/v1/"
    assert described["docs_url"] == "http://localhost:4600/_aws/execute-api/abc123/docs/"
    assert described["admin_url"] == ""
    assert described["token_url"] == "http://localhost:4600/oauth2/token"
    assert described["receipt_secret"] == "whsec_c2VjcmV0"
    machine = [described[name] for name in ("machine_client_id", "machine_client_secret", "machine_scope")]
    assert machine == ["machine", "s3cret", "notifications/operator"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_description_has_the_address_of_the_admin_site(settings: Settings) -> None:
    described = Stack.describe(settings, Secrets(), OUTPUTS, MACHINE, receipt_secret="c2VjcmV0", has_site=True)
    assert described.admin_url == "http://d123.cloudfront.localhost:4600/"


def test_the_description_names_another_provider(tmp_path: Path) -> None:
    settings = Settings(local_dir=tmp_path, provider_url="http://provider.example")
    assert (
        Stack.describe(settings, Secrets(), OUTPUTS, MACHINE, receipt_secret="c2VjcmV0", has_site=False).provider_url
        == "http://provider.example"
    )


def test_without_a_description_the_stack_is_not_running(settings: Settings) -> None:
    with pytest.raises(NotRunning, match="make up"):
        Stack.read(settings)


def test_secrets_are_generated_once(settings: Settings) -> None:
    first = Secrets.load(settings)
    assert Secrets.load(settings) == first
    assert stat.S_IMODE((settings.state_dir / "secrets.json").stat().st_mode) == 0o600


def test_an_existing_user_gets_the_role_and_keeps_the_password() -> None:
    secrets = Secrets()
    before = secrets.put_user("ann@example.org", "viewer").password
    assert secrets.put_user("ann@example.org", "operator").password == before
    assert [(user.email, user.role) for user in secrets.users[1:]] == [("ann@example.org", "operator")]


def test_the_record_of_a_deployment_is_lost_when_ministack_ends(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", environment.REGION)
    location = {"LocationConstraint": environment.REGION}
    running = replace(ministack.server(settings), is_own=False, is_ready=lambda: True)
    for _ in range(2):
        with mock_aws():
            assert record.read(running) is None
            boto3.client("s3").create_bucket(Bucket=record.BUCKET, CreateBucketConfiguration=location)
            assert record.read(running) is None
            for fingerprint in (record.INTERRUPTED, "abc"):
                record.write(fingerprint)
                assert record.read(running) == fingerprint
            assert record.read(replace(running, is_ready=lambda: False)) is None
