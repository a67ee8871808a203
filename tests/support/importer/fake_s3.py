"""Fake S3 behind the client of uploaded files."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from botocore.exceptions import ClientError


@dataclass
class Body:
    """Body of an object, which the service reads in blocks of its own size."""

    data: bytes
    block: int

    def read(self) -> bytes:
        return self.data

    def iter_chunks(self, _: int) -> Iterator[bytes]:
        for start in range(0, len(self.data), self.block):
            yield self.data[start : start + self.block]


@dataclass
class FakeS3:
    """Client of S3 with the objects of one bucket in memory.

    Attributes:
        block: bytes of a block of a body.
        reads: first bytes of the ranges that were read.
    """

    objects: dict[str, bytes] = field(default_factory=dict)
    block: int = 256 * 1024
    reads: list[int] = field(default_factory=list)

    def generate_presigned_url(self, method: str, *, Params: dict[str, str], ExpiresIn: int, HttpMethod: str) -> str:  # noqa: N803
        return f"https://{Params['Bucket']}.example.org/{Params['Key']}?{method}&{HttpMethod}&{ExpiresIn}"

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: ARG002, N803
        data = self._find(Key, "HeadObject")
        return {"ETag": etag(data), "ContentLength": len(data)}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:  # noqa: ARG002, N803
        self.objects[Key] = Body

    def get_paginator(self, _: str) -> "FakeS3":
        return self

    def paginate(self, *, Bucket: str, Prefix: str, StartAfter: str) -> Iterator[dict[str, Any]]:  # noqa: ARG002, N803
        found = [key for key in sorted(self.objects) if key.startswith(Prefix) and key > StartAfter]
        yield {"Contents": [{"Key": key} for key in found]} if found else {}

    def get_object(
        self,
        *,
        Bucket: str,  # noqa: ARG002, N803
        Key: str,  # noqa: N803
        IfMatch: str | None = None,  # noqa: N803
        Range: str = "bytes=0-",  # noqa: N803
    ) -> dict[str, Any]:
        data = self._find(Key, "GetObject")
        start = int(Range.removeprefix("bytes=").removesuffix("-"))
        if IfMatch not in {None, etag(data)}:
            raise error(HTTPStatus.PRECONDITION_FAILED, "GetObject")
        if start >= len(data):
            raise error(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "GetObject")
        self.reads.append(start)
        return {"ETag": etag(data), "Body": Body(data[start:], self.block)}

    def _find(self, key: str, operation: str) -> bytes:
        if key not in self.objects:
            raise error(HTTPStatus.NOT_FOUND, operation)
        return self.objects[key]


def etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def error(status: HTTPStatus, operation: str) -> ClientError:
    answer: Any = {"Error": {"Code": str(int(status))}, "ResponseMetadata": {"HTTPStatusCode": int(status)}}
    return ClientError(answer, operation)
