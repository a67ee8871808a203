"""Journal of erasures in S3, outside the database: a database restored from a copy does not know those that came later.

It holds hashes of phones and no other data of a person.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from notifications.clients.erasure.hashes import reference

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_FOLDER = "erasures/"
# Entries that are read from before the time of a copy: the clocks of the copy and of the API may differ.
OVERLAP = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An erasure, or that it was lifted: the phone is accepted again."""

    hashed: bytes
    at: datetime
    lifted: bool


def s3_client() -> "S3Client":
    """Return a client that gives up within 8 s: whoever called the API waits for it."""
    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"})
    client: S3Client = boto3.client("s3", config=config)
    return client


@dataclass(frozen=True, slots=True)
class Journal:
    """The bucket with an object for each erasure.

    Args:
        client: returns the S3 client.
        bucket: returns the bucket's name.
    """

    client: Callable[[], "S3Client"]
    bucket: Callable[[], str]

    def write(self, hashed: bytes, *, at: datetime, lifted: bool = False) -> None:
        """Store an entry, before the transaction commits that erases the person."""
        body = json.dumps({"hash": hashed.hex(), "at": at.isoformat(), "lifted": lifted})
        key = f"{_position(at)}-{reference(hashed)}.json"
        self.client().put_object(Bucket=self.bucket(), Key=key, Body=body.encode(), ContentType="application/json")

    def since(self, moment: datetime) -> Iterator[Entry]:
        """Yield the entries from `OVERLAP` before a time on, the oldest first."""
        pages = self.client().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket(), Prefix=_FOLDER, StartAfter=_position(moment - OVERLAP)):
            for found in page.get("Contents", ()):
                yield self._read(found["Key"])

    def _read(self, key: str) -> Entry:
        content: dict[str, Any] = json.loads(self.client().get_object(Bucket=self.bucket(), Key=key)["Body"].read())
        return Entry(
            hashed=bytes.fromhex(content["hash"]), at=datetime.fromisoformat(content["at"]), lifted=content["lifted"]
        )


def _position(moment: datetime) -> str:
    """Return the beginning of a key, whose order is that of time."""
    return f"{_FOLDER}{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
