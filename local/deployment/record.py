"""What has been deployed: kept in MiniStack itself, which forgets everything when its process ends."""

from contextlib import suppress
from typing import TYPE_CHECKING

import boto3

from local import environment
from local.servers.server import Service

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Also where `sam deploy` puts what was built.
BUCKET = "notifications-local-artifacts"
KEY = "deployed"


class Record:
    """The last deployment.

    Args:
        ministack: where it is deployed.
    """

    def __init__(self, ministack: Service) -> None:
        self._ministack = ministack
        self._s3: S3Client = boto3.client("s3")

    def fingerprint(self) -> str | None:
        """That of what this MiniStack has; empty when a deployment did not come to its end, None when none began."""
        if not (self._ministack.is_running() and self._ministack.answers()):
            return None
        with suppress(self._s3.exceptions.NoSuchBucket, self._s3.exceptions.NoSuchKey):
            return self._s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read().decode()
        return None

    def write(self, fingerprint: str) -> None:
        """Keep the fingerprint of what it has from now on; an empty one while that is under way."""
        with suppress(self._s3.exceptions.BucketAlreadyOwnedByYou):
            self._s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": environment.REGION})
        self._s3.put_object(Bucket=BUCKET, Key=KEY, Body=fingerprint.encode())
