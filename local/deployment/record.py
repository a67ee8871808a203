"""Record of the last deployment, kept in a bucket of MiniStack and so lost together with the deployment."""

from contextlib import suppress
from typing import TYPE_CHECKING

import boto3

from local.servers.server import Server

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Created by `emulator.yaml`.
BUCKET = "notifications-local-artifacts"
KEY = "deployed"
INTERRUPTED = ""


def read(ministack: Server) -> str | None:
    """Return the fingerprint of the deployed build: INTERRUPTED after a partial one, None if none."""
    if not (ministack.is_running() and ministack.is_ready()):
        return None
    s3: S3Client = boto3.client("s3")
    with suppress(s3.exceptions.NoSuchBucket, s3.exceptions.NoSuchKey):
        return s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read().decode()
    return None


def write(fingerprint: str) -> None:
    """Record the fingerprint of the deployed build; INTERRUPTED while a deployment is running."""
    s3: S3Client = boto3.client("s3")
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=fingerprint.encode())
