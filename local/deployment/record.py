"""The record of the last deployment, kept in MiniStack itself, which forgets it with everything else."""

from contextlib import suppress
from typing import TYPE_CHECKING

import boto3

from local.servers.server import Server

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Of `emulator.yaml`.
BUCKET = "notifications-local-artifacts"
KEY = "deployed"
INTERRUPTED = ""


def read(ministack: Server) -> str | None:
    """Return the fingerprint of the deployed build: INTERRUPTED if it was cut short, None if nothing was deployed."""
    if not (ministack.is_running() and ministack.is_ready()):
        return None
    s3: S3Client = boto3.client("s3")
    with suppress(s3.exceptions.NoSuchBucket, s3.exceptions.NoSuchKey):
        return s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read().decode()
    return None


def write(fingerprint: str) -> None:
    """Record the fingerprint of the deployed build, or INTERRUPTED until the deployment has ended."""
    s3: S3Client = boto3.client("s3")
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=fingerprint.encode())
