"""Forms of a provider's answer, each with its bytes and its meaning. docs/reliability.md has a row for each."""

import gzip
import zlib
from typing import NamedTuple

from sender.providers.answers import Meaning
from sender.providers.http_client import MAX_ANSWER_BYTES

BODY = b'{"code": 0, "message": "OK"}'
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
HALF = len(BODY) // 2
CHUNKS = b"%x\r\n%s\r\n%x\r\n%s\r\n" % (HALF, BODY[:HALF], len(BODY) - HALF, BODY[HALF:])


class Form(NamedTuple):
    """Form of an answer.

    Attributes:
        answer: its bytes; the connection is closed after them.
        repeated: bytes that follow without end.
    """

    answer: bytes
    meaning: Meaning
    repeated: bytes = b""


def framed(body: bytes = BODY, *headers: bytes, status: bytes = b"200 OK", version: bytes = b"HTTP/1.1") -> bytes:
    """Return an answer with the length of its body."""
    lines = [version + b" " + status, *headers, b"Content-Length: %d" % len(body), b"", b""]
    return b"\r\n".join(lines) + body


def code(value: bytes) -> bytes:
    """Return an answer with a value as `code`."""
    return framed(b'{"code": %s}' % value)


def padded(length: int) -> bytes:
    """Return an answer with code 0 and a body of a length."""
    return framed(BODY.ljust(length))


_ACCEPTED = {
    "HTTP/1.1 with a length": framed(),
    "HTTP/1.1 without a length, closed at its end": HEAD + b"\r\n" + BODY,
    "HTTP/1.0 with a length": framed(version=b"HTTP/1.0"),
    "HTTP/1.0 without a length, closed at its end": b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
    "no reason phrase": framed(status=b"200"),
    "a reason phrase that is not UTF-8": framed(status=b"200 \xcd\xe5\xf2"),
    "one 103 before it": EARLY + framed(),
    "twenty 1xx before it": EARLY * 20 + framed(),
    "100 that nobody asked for before it": b"HTTP/1.1 100 Continue\r\n\r\n" + framed(),
    "chunks": CHUNKED + b"\r\n" + CHUNKS + b"0\r\n\r\n",
    "chunks with extensions": CHUNKED + b"\r\n" + CHUNKS.replace(b"\r\n", b";a=b\r\n", 1) + b"0;c\r\n\r\n",
    "chunks with trailers": CHUNKED + b"\r\n" + CHUNKS + b"0\r\nX-Sum: 1\r\n\r\n",
    "a second answer that nobody asked for": framed() + framed(b'{"code": 17}'),
    "a header of 10 KB": framed(BODY, b"X: " + b"x" * 10_000),
    "a hundred headers": framed(BODY, *(b"X-%d: y" % n for n in range(100))),
    "no `Content-Type`": framed(BODY),
    "`Content-Type: text/html`": framed(BODY, b"Content-Type: text/html"),
    "another charset than the body's": framed(BODY, b"Content-Type: application/json; charset=utf-16"),
    "marked as gzip, but plain": framed(BODY, b"Content-Encoding: gzip"),
    "white space around the JSON": framed(b"\r\n " + BODY + b"\t\n"),
    "JSON with a byte order mark": framed(b"\xef\xbb\xbf" + BODY),
    "JSON in UTF-16": framed(BODY.decode().encode("utf-16")),
    "JSON with more fields": framed(b'{"id": "a", "code": 0, "more": {"code": 1}}'),
    "`code` 0.0": code(b"0.0"),
    "`code` -0": code(b"-0"),
    "`code` twice, the last one 0": framed(b'{"code": 1, "code": 0}'),
    "a body of 16 KB": padded(MAX_ANSWER_BYTES),
}
_UNKNOWN = {
    "no byte": b"",
    "a status line alone": HEAD,
    "half of the headers": HEAD + b"Content-Le",
    "HTTP/0.9, the body alone": BODY,
    "bytes of no protocol": bytes(range(256)),
    "HTTP/2 in the status line": framed(version=b"HTTP/2"),
    "another protocol in the status line": framed(version=b"ICY"),
    "101, another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "1xx and nothing more": EARLY,
    "a status of four digits": framed(status=b"2000 OK"),
    "a status of letters": framed(status=b"OK OK"),
    "status 099": framed(status=b"099 Odd"),
    "status 600": framed(status=b"600 Odd"),
    "status 999": framed(status=b"999 Odd"),
    "a body that ends before its length": HEAD + b"Content-Length: 100\r\n\r\n" + BODY,
    "chunks without their end": CHUNKED + b"\r\n" + CHUNKS,
    "a chunk of no size": CHUNKED + b"\r\nxyz\r\n" + BODY,
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n" + BODY,
    "a length in letters": HEAD + b"Content-Length: many\r\n\r\n" + BODY,
    "two lengths": framed(BODY, b"Content-Length: 3"),
    "length 0": framed(b""),
    "more bytes than its length": framed() + b"more",
    "a shorter length than the JSON": HEAD + b"Content-Length: 9\r\n\r\n" + BODY,
    "a header without a colon": framed(BODY, b"nonsense"),
    "a header with a zero byte": framed(BODY, b"X: a\x00b"),
    "a header of 20 KB": framed(BODY, b"X: " + b"x" * 20_000),
    "gzip that nobody asked for": framed(gzip.compress(BODY), b"Content-Encoding: gzip"),
    "deflate that nobody asked for": framed(zlib.compress(BODY), b"Content-Encoding: deflate"),
    "compressed and not marked": framed(gzip.compress(BODY)),
    "HTML": framed(b"<html><body>It works!</body></html>", b"Content-Type: text/html"),
    "text": framed(b"OK"),
    "white space": framed(b" \r\n"),
    "JSON that is cut": framed(BODY[:-5]),
    "JSON and more": framed(BODY * 2),
    "JSON in single quotes": framed(b"{'code': 0}"),
    "JSON with bytes that are not UTF-8": framed(b'{"code": 0, "message": "\xcd"}'),
    "JSON nested 16,000 deep": framed(b"[" * 16_000),
    "a JSON list": framed(b"[0]"),
    "a JSON number": framed(b"0"),
    "no `code`": framed(b'{"message": "OK"}'),
    "`Code` for `code`": framed(b'{"Code": 0}'),
    '`code` "0"': code(b'"0"'),
    '`code` "17"': code(b'"17"'),
    "`code` true": code(b"true"),
    "`code` false": code(b"false"),
    "`code` null": code(b"null"),
    "`code` NaN": code(b"NaN"),
    "a body of more than 16 KB": padded(MAX_ANSWER_BYTES + 1),
    **{
        f"status {status}": framed(status=b"%d Any" % status)
        for status in (201, 202, 206, 299, 500, 502, 504, 505, 507, 599)
    },
    "status 204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "status 500, with `Retry-After`": framed(BODY, b"Retry-After: 5", status=b"500 Any"),
    "status 400 with a body that ends before its length": HEAD.replace(b"200", b"400") + b"Content-Length: 9\r\n\r\nno",
}
_ENDLESS = {
    "1xx without end": (b"", EARLY * 1000),
    "a reason phrase without end": (b"HTTP/1.1 200 ", b"x" * 65_536),
    "headers without end": (HEAD, b"X: y\r\n" * 1000),
    "a header without end": (HEAD + b"X: ", b"x" * 65_536),
    "a body without end": (HEAD + b"Content-Length: 99999999999\r\n\r\n", b" " * 65_536),
    "a body of 100 MB": (HEAD + b"Content-Length: 100000000\r\n\r\n", b" " * 65_536),
    "chunks without end": (CHUNKED + b"\r\n", b"1000\r\n" + b" " * 4096 + b"\r\n"),
    "a chunk's extension without end": (CHUNKED + b"\r\n5;", b"x" * 65_536),
    "trailers without end": (CHUNKED + b"\r\n0\r\n", b"X: y\r\n" * 1000),
}
_REFUSED = {
    Meaning.TRANSIENT: {
        "`code` 17": code(b"17"),
        "`code` -1": code(b"-1"),
        "`code` 0.5": code(b"0.5"),
        "`code` twice, the last one 17": framed(b'{"code": 0, "code": 17}'),
        **{
            f"status {status}": framed(status=b"%d Any" % status)
            for status in (300, 404, 405, 406, 408, 410, 415, 418, 425, 451, 499, 501, 503)
        },
        **{
            f"status {status}, a redirect": framed(b"", b"Location: /elsewhere", status=b"%d Any" % status)
            for status in (301, 302, 303, 307, 308)
        },
        "status 304": b"HTTP/1.1 304 Not Modified\r\n\r\n",
        "status 503, with `Retry-After`": framed(BODY, b"Retry-After: 5", status=b"503 Any"),
    },
    Meaning.PERMANENT: {f"status {status}": framed(status=b"%d Any" % status) for status in (400, 413, 422)},
    Meaning.UNAUTHORIZED: {f"status {status}": framed(status=b"%d Any" % status) for status in (401, 403)},
    Meaning.REPEATED: {"status 409": framed(status=b"409 Any")},
    Meaning.THROTTLED: {
        "status 429": framed(status=b"429 Any"),
        "status 429, with `Retry-After` in seconds": framed(BODY, b"Retry-After: 5", status=b"429 Any"),
        "status 429, with `Retry-After` as a date": framed(
            BODY, b"Retry-After: Mon, 23 Nov 2026 10:00:00 GMT", status=b"429 Any"
        ),
    },
}
FORMS: dict[str, Form] = {
    **{name: Form(answer, Meaning.ACCEPTED) for name, answer in _ACCEPTED.items()},
    **{name: Form(answer, Meaning.UNKNOWN) for name, answer in _UNKNOWN.items()},
    **{name: Form(answer, Meaning.UNKNOWN, repeated) for name, (answer, repeated) in _ENDLESS.items()},
    **{name: Form(answer, meaning) for meaning, forms in _REFUSED.items() for name, answer in forms.items()},
}
