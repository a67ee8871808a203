"""Secret of MiniStack that holds the provider's private certificate authority."""

from hashlib import sha256
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


def secret_of(pem: str) -> str:
    """Return the ARN of the secret with these certificates, which is created if there is none.

    Other certificates are another secret, so that senders that run are replaced by a deployment.
    """
    client: SecretsManagerClient = boto3.client("secretsmanager")
    name = f"provider-ca-{sha256(pem.encode()).hexdigest()[:12]}"
    try:
        return client.describe_secret(SecretId=name)["ARN"]
    except client.exceptions.ResourceNotFoundException:
        return client.create_secret(Name=name, SecretString=pem)["ARN"]
