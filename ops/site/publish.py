"""Publishes the built admin site into a stack's bucket, with a `config.json` for the stack."""

import mimetypes
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from ops.errors import NoAdminSite
from ops.site import build
from ops.site.contents import CONFIG, built_files, config

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

    Raises:
        NoAdminSite: the stack has no bucket for the site.
        NothingBuilt: the site has not been built.
    """
    if "AdminBucketName" not in outputs:
        raise NoAdminSite(
            "the stack has no admin site, because it was deployed with AdminSite=false. "
            "Serve the files of `make site-files STACK=…` from a host of your own, or deploy with AdminSite=true"
        )
    files, bucket = built_files(), outputs["AdminBucketName"]
    s3: S3Client = boto3.client("s3")
    _put_config(s3, bucket, config(outputs, api_url="/api/v1/", cognito_url=cognito_url))
    # index.html names the other files, so it is uploaded last.
    files.sort(key=lambda path: path.name == "index.html")
    with ThreadPoolExecutor(PARALLEL_UPLOADS) as pool:
        list(pool.map(lambda path: _upload(s3, bucket, path), files[:-1]))
    _upload(s3, bucket, files[-1])
    return len(files) + 1


def _put_config(s3: "S3Client", bucket: str, text: str) -> None:
    s3.put_object(
        Bucket=bucket,
        Key=CONFIG,
        Body=text.encode(),
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
