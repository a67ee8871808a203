"""Random answers of a provider: each call succeeds or raises a ProviderError, and no other server is called."""

import asyncio
import json
import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sender.providers.base import (
    OutcomeUnknown,
    ProviderError,
    Rejected,
    Repeated,
    Throttled,
    Unauthorized,
    Unavailable,
)
from sender.providers.http import MAX_RETRY_AFTER
from sender.providers.http_client import MAX_ANSWER_BYTES
from tests.support.database.contents import fuzzed, wild_json, wild_text
from tests.support.sender.outgoing import outgoing
from tests.support.sender.raw_server import RawServer, raw_server
from tests.support.sender.scenario import TOKEN, client_of

KINDS: dict[int, type[ProviderError]] = {
    **dict.fromkeys((400, 413, 422), Rejected),
    HTTPStatus.UNAUTHORIZED: Unauthorized,
    HTTPStatus.FORBIDDEN: Unauthorized,
    HTTPStatus.CONFLICT: Repeated,
    HTTPStatus.TOO_MANY_REQUESTS: Throttled,
    **dict.fromkeys(range(500, 600), OutcomeUnknown),
    **dict.fromkeys((501, 503), Unavailable),
    **dict.fromkeys(range(200, 300), OutcomeUnknown),
}

type Send = Callable[[], ProviderError | None]


@pytest.fixture
def raw() -> Iterator[RawServer]:
    with raw_server() as server:
        yield server


@pytest.fixture
def send(raw: RawServer) -> Iterator[Send]:
    """Function that sends one message with a kept client and returns its error or None."""
    with asyncio.Runner() as runner:
        provider = client_of(raw.url, deadline=3)

        def once() -> ProviderError | None:
            try:
                runner.run(provider.send(outgoing()))
            except ProviderError as error:
                return error
            return None

        yield once
        runner.run(provider.aclose())


seconds = st.integers(-(10**30), 10**30).map(str)
dates = st.builds(
    "Mon, {} Nov {} {}:00:00 {}".format,
    *(st.integers(-5, 10**12), st.integers(0, 10**12), st.integers(0, 10**6)),
    st.sampled_from(["GMT", "+0300", "-9999", "+99999999999999999999", "x"]),
)
one_line = wild_text.map(lambda value: value.encode("utf-8", "replace").translate(None, bytes(range(32)) + b"\x7f"))
odd_headers = st.lists(
    st.tuples(st.just(b"Retry-After"), (seconds | dates).map(str.encode) | one_line)
    | st.tuples(
        st.just(b"Location"), one_line | st.sampled_from([b"http://[", b"//:x", b"http://a:99999999/", b"http://\xff/"])
    )
    | st.tuples(st.just(b"Set-Cookie"), one_line | st.just(b"a=b; Path=/; Max-Age=99999"))
    | st.tuples(st.sampled_from([b"Content-Type", b"Content-Encoding", b"Date", b"X-Y"]), one_line | st.just(b"gzip")),
    max_size=4,
    unique_by=lambda header: header[0],
).map(lambda headers: [(name, value[:2000]) for name, value in headers])
bodies = (
    st.binary(max_size=300)
    | wild_json.map(lambda value: json.dumps(value).encode())
    | st.sampled_from(
        [b'{"code": 0, "message": "OK"}', b'{"code": 1}', b'{"code": false}', b'{"code": 1e400}', b"null"]
    )
    | st.sampled_from([b"[", b"0", b'{"a":']).map(lambda data: data * 20_000)
    | st.sampled_from(["utf-16", "utf-32", "utf-8-sig"]).map('{"code": 0}'.encode)
)


def framed(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    lines = [
        b"%s: %s" % header for header in [*headers, (b"Content-Length", b"%d" % len(body)), (b"Connection", b"close")]
    ]
    return b"\r\n".join([b"HTTP/1.1 %d Any" % status, *lines, b"", body])


def has_other_code(body: bytes) -> bool:
    """Return True if the body is a JSON object whose `code` is a number other than 0."""
    try:
        # Infinity and NaN are not JSON.
        code = json.loads(body, parse_constant=int)["code"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return False
    return isinstance(code, int | float) and not isinstance(code, bool) and code != 0


def is_fit(error: ProviderError) -> bool:
    words = str(error)
    return len(words) <= 300 and TOKEN not in words and not any(unicodedata.category(each) == "Cc" for each in words)


def test_a_complete_answer_is_judged_by_status_and_code_alone(raw: RawServer, send: Send) -> None:
    @fuzzed(60)
    @given(status=st.integers(200, 599) | st.sampled_from([*KINDS, 200, 302, 503]), headers=odd_headers, body=bodies)
    def check(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        raw.answer = framed(status, headers, body)
        error = send()
        if status in {204, 205, 304}:
            assert isinstance(error, ProviderError)
        elif error is None:
            assert status == HTTPStatus.OK
            assert json.loads(body)["code"] == 0
        else:
            is_refused = status == HTTPStatus.OK and has_other_code(body)
            assert type(error) is (Unavailable if is_refused else KINDS.get(status, Unavailable)), error
            assert is_fit(error)
            wait = getattr(error, "retry_after", None)
            assert wait is None or timedelta(0) <= wait <= MAX_RETRY_AFTER

    check()


@pytest.mark.parametrize(
    "moment", ["Mon, 23 Nov 99999999999999 10:00:00 GMT", "Mon, 23 Nov 2026 10:00:00 +99999999999999999999"]
)
def test_an_impossible_date_in_retry_after_is_ignored(raw: RawServer, send: Send, moment: str) -> None:
    raw.answer = framed(503, [(b"Retry-After", moment.encode())], b"later")
    error = send()
    assert isinstance(error, Unavailable)
    assert (str(error), error.retry_after) == ("HTTP 503: later", None)


def test_any_bytes_end_in_a_provider_error(raw: RawServer, send: Send) -> None:
    chunked = st.lists(st.binary(max_size=40), max_size=5).map(
        lambda chunks: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"\r\n".join(chunks)
    )
    cut = st.builds(
        lambda whole, keep: whole[:keep],
        st.builds(framed, st.integers(0, 9999), odd_headers, bodies),
        st.integers(0, 400),
    )
    lengths = wild_text.map(
        lambda n: b"HTTP/1.1 200 OK\r\nContent-Length: " + n.encode("utf-8", "replace") + b"\r\n\r\n{}"
    )

    @fuzzed(60)
    @given(st.binary(max_size=400) | cut | chunked | lengths)
    def check(answer: bytes) -> None:
        raw.answer = answer
        error = send()
        assert error is None or is_fit(error)
        if error is None:
            assert b'"code": 0' in answer
        if not answer:
            assert isinstance(error, OutcomeUnknown)

    check()


def test_an_endless_body_is_read_up_to_the_limit_only(raw: RawServer, send: Send) -> None:
    raw.answer, raw.repeated = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n", b"x" * 65_536
    error = send()
    assert type(error) is OutcomeUnknown
    # The remainder is in the buffers of both sockets.
    assert raw.taken < MAX_ANSWER_BYTES + 8_000_000


def test_endless_headers_end_in_an_error(raw: RawServer, send: Send) -> None:
    raw.answer, raw.repeated = b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 65_000 + b"\r\n"
    assert isinstance(send(), OutcomeUnknown)
    assert raw.taken < 8_000_000


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_no_redirect_is_followed(raw: RawServer, send: Send, status: int) -> None:
    with raw_server() as inside:
        places = [
            inside.url,
            f"{raw.url}/other",
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "//x",
        ]
        for place in places:
            raw.answer = framed(status, [(b"Location", place.encode())], b"")
            assert type(send()) is Unavailable
        assert inside.requests == []
    assert len(raw.requests) == len(places)
    assert {head.split()[1] for head in raw.requests} == {b"/v1/send/1"}


def test_cookies_of_a_provider_are_not_returned(raw: RawServer, send: Send) -> None:
    for n in range(5):
        raw.answer = framed(200, [(b"Set-Cookie", b"c%d=%d; Path=/" % (n, n))], b'{"code": 0}')
        assert send() is None
    assert not any(b"cookie" in head.lower() for head in raw.requests)
