"""Uploaded files in S3: the address to upload to, the object's version, and its bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from notifications.contracts.errors import Problem
from notifications.contracts.problem_codes import ProblemCode
from notifications.contracts.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Time in which an upload must begin.
UPLOAD_TIME = timedelta(hours=1)
# Time after which S3 deletes an upload, and an import can no longer be started.
UPLOAD_KEPT = timedelta(days=1)
# Bytes that are read at once.
BLOCK = 256 * 1024


class UploadSettings(Settings):
    """The bucket of uploaded files."""

    upload_bucket: str


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file. `version` is its entity tag."""

    version: str
    size: int


def s3_client() -> "S3Client":
    """Make an S3 client that signs addresses of the bucket's own region.

    An address without the region would be redirected, which a browser refuses, and the site may not call it.
    """
    regional: Any = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
    retries: Any = {"total_max_attempts": 3}
    config = Config(signature_version="s3v4", s3=regional, connect_timeout=2, read_timeout=10, retries=retries)
    client: S3Client = boto3.client("s3", config=config)
    return client


@dataclass(frozen=True, slots=True)
class Uploads:
    """The bucket of uploaded files.

    Args:
        client: returns the S3 client.
        bucket: returns the bucket's name.
    """

    client: Callable[[], "S3Client"]
    bucket: Callable[[], str]

    def address(self, key: str) -> str:
        """Return the URL to which a file is uploaded by PUT. It is valid for `UPLOAD_TIME`."""
        return self.client().generate_presigned_url(
            "put_object",
            Params={"Bucket": self.bucket(), "Key": key},
            ExpiresIn=int(UPLOAD_TIME.total_seconds()),
            HttpMethod="PUT",
        )

    def find(self, key: str) -> Upload | None:
        """Return the uploaded file of a key, or None if there is none."""
        try:
            found = self.client().head_object(Bucket=self.bucket(), Key=key)
        except ClientError as error:
            if _status(error) == HTTPStatus.NOT_FOUND:
                return None
            raise
        return Upload(found["ETag"], found["ContentLength"])

    def read(self, key: str, version: str, *, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes of a file from a position, in blocks.

        Raises:
            Problem: the file is gone, or is another one.
        """
        try:
            found = self.client().get_object(Bucket=self.bucket(), Key=key, IfMatch=version, Range=f"bytes={start}-")
        except ClientError as error:
            match _status(error):
                case HTTPStatus.NOT_FOUND:
                    raise Problem(ProblemCode.FILE_VANISHED) from None
                case HTTPStatus.PRECONDITION_FAILED:
                    raise Problem(ProblemCode.FILE_REPLACED) from None
                case HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    # Nothing is left behind the position.
                    return
            raise
        if found["ETag"] != version:
            raise Problem(ProblemCode.FILE_REPLACED)
        yield from found["Body"].iter_chunks(BLOCK)


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
