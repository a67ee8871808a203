"""Puts the built admin site into a stack's bucket, with the stage's own `config.json` beside it.

`python -m ops.site.publish STACK` does so for a stack in AWS, with the caller's credentials.
"""

import argparse
import json
import mimetypes
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from ops.site.build import BUILT

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

# A file under assets/ has its content's hash in its name; every other one is asked for anew.
FOREVER = "public, max-age=31536000, immutable"
FRESH = "no-cache"
UPLOADS_AT_ONCE = 8


def publish(outputs: Mapping[str, str], *, cognito_url: str) -> int:
    """Upload the site; gives the number of files.

    What was there stays: a page that somebody has open still finds its parts.

    Args:
        outputs: the stack's.
        cognito_url: where people sign in.
    """
    s3: S3Client = boto3.client("s3")
    bucket = outputs["AdminBucketName"]
    config = {"api_url": "/api/v1/", "cognito_url": cognito_url, "client_id": outputs["UserPoolClientId"]}
    s3.put_object(
        Bucket=bucket,
        Key="config.json",
        Body=json.dumps(config).encode(),
        ContentType="application/json",
        CacheControl=FRESH,
    )
    files = [path for path in BUILT.rglob("*") if path.is_file()]
    # index.html names the others, so it comes when they are there.
    files.sort(key=lambda path: path.name == "index.html")
    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
        list(pool.map(lambda path: _upload(s3, bucket, path), files[:-1]))
    _upload(s3, bucket, files[-1])
    return len(files) + 1


def _upload(s3: "S3Client", bucket: str, path: Path) -> None:
    key = path.relative_to(BUILT).as_posix()
    s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=path.read_bytes(),
        ContentType=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        CacheControl=FOREVER if key.startswith("assets/") else FRESH,
    )


def main() -> None:
    """Publish to the stack that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m ops.site.publish", description=main.__doc__)
    parser.add_argument("stack")
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=parser.parse_args().stack)["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    region = cloudformation.meta.region_name
    count = publish(outputs, cognito_url=f"https://cognito-idp.{region}.amazonaws.com/")
    print(f"{count} files are at {outputs['AdminUrl']}")


if __name__ == "__main__":
    main()
