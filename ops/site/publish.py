"""Publishes the built admin site into a stack's bucket, with a `config.json` for the stack."""

import json
import mimetypes
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from ops.errors import NothingBuilt
from ops.site import build

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A file under assets/ has its content's hash in its name; every other file is revalidated at each request.
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"
PARALLEL_UPLOADS = 8


def publish(outputs: Mapping[str, str], *, cognito_url: str) -> int:
    """Upload the site. Files of earlier versions stay, because open pages may still load them.

    Args:
        outputs: the outputs of the stack.
        cognito_url: the address that users are signed in at.

    Returns:
        The number of uploaded files.
    """
    files = [path for path in build.OUTPUT.rglob("*") if path.is_file()]
    if not files:
        raise NothingBuilt("the admin site has not been built. Build it with: make site")
    s3: S3Client = boto3.client("s3")
    bucket = outputs["AdminBucketName"]
    _put_config(s3, bucket, outputs, cognito_url)
    # index.html names the other files, so it is uploaded last.
    files.sort(key=lambda path: path.name == "index.html")
    with ThreadPoolExecutor(PARALLEL_UPLOADS) as pool:
        list(pool.map(lambda path: _upload(s3, bucket, path), files[:-1]))
    _upload(s3, bucket, files[-1])
    return len(files) + 1


def _put_config(s3: "S3Client", bucket: str, outputs: Mapping[str, str], cognito_url: str) -> None:
    config = {"api_url": "/api/v1/", "cognito_url": cognito_url, "client_id": outputs["UserPoolClientId"]}
    s3.put_object(
        Bucket=bucket,
        Key="config.json",
        Body=json.dumps(config).encode(),
        ContentType="application/json",
        CacheControl=REVALIDATED,
    )


def _upload(s3: "S3Client", bucket: str, path: Path) -> None:
    key = path.relative_to(build.OUTPUT).as_posix()
    s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=path.read_bytes(),
        ContentType=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        CacheControl=IMMUTABLE if key.startswith("assets/") else REVALIDATED,
    )
