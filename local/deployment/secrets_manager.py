"""Secrets of MiniStack: those whose ARNs are parameters of the template, and texts of those that it creates."""

from hashlib import sha256
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


def secret_of(kind: str, text: str) -> str:
    """Return the ARN of the secret with this text, which is created if there is none.

    Another text is another secret, so that functions that run are replaced by a deployment.

    Args:
        kind: first part of the secret's name.
    """
    client: SecretsManagerClient = boto3.client("secretsmanager")
    name = f"{kind}-{sha256(text.encode()).hexdigest()[:12]}"
    try:
        return client.describe_secret(SecretId=name)["ARN"]
    except client.exceptions.ResourceNotFoundException:
        return client.create_secret(Name=name, SecretString=text)["ARN"]


def text_of(arn: str) -> str:
    """Return the current text of a secret."""
    client: SecretsManagerClient = boto3.client("secretsmanager")
    return client.get_secret_value(SecretId=arn)["SecretString"]
