"""Malicious answers of a provider: redirects, cookies, absurd headers, and leaks of secrets into errors."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from sender.providers.base import ProviderError, Rejected, Throttled, Unauthorized, Unavailable
from tests.support.sender.outgoing import outgoing
from tests.support.sender.scenario import TOKEN, SenderScenario, client_of
from tests.support.sender.wild_provider import Wild, http, wild

PLACES = [
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:1/",
    "https:///nowhere",
    "http://[",
    "http://\x80\xff/",
    "http://host:99999999/",
    "//",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "/v1/send/1",
    "\\\\",
    "http://" + "a" * 10_000,
]


@pytest.fixture
def provider() -> Iterator[Wild]:
    with wild() as provider:
        yield provider


def errors_of(provider: Wild, *answers: bytes, text: str = "Hello", token: str = TOKEN) -> list[ProviderError]:
    """Send one message per answer, and return the errors that the answers cause."""
    errors = []

    async def send() -> None:
        client = client_of(provider.url, token=lambda *, refresh=False: token)  # noqa: ARG005
        for answer in answers:
            provider.answer = answer
            with pytest.raises(ProviderError) as failure:
                await client.send(outgoing(text))
            errors.append(failure.value)
        await client.aclose()

    asyncio.run(send())
    return errors


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(provider: Wild, status: int) -> None:
    errors = errors_of(provider, *(http(status, Location=place) for place in PLACES))
    assert {type(error) for error in errors} == {Unavailable}
    assert len(provider.requests) == len(PLACES)


def test_a_redirected_message_is_certainly_not_accepted(scenario: SenderScenario, provider: Wild) -> None:
    provider.answer = http(302, Location="http://[")
    scenario.fill(on_unknown="hold")
    scenario.send(client_of(provider.url))
    assert scenario.statuses() == {"pending": 1}


def test_cookies_are_ignored(provider: Wild) -> None:
    errors_of(provider, *[http(500, Set_Cookie="session=1; Max-Age=99999")] * 2)
    assert len(provider.requests) == 2
    assert not [request for request in provider.requests if b"cookie" in request.lower()]


PAUSES = [
    "1 Jan 99999999999999999999 00:00:00",
    "Mon, 01 Jan 2020 00:00:00 +99999999999999999999999",
    "Mon, 01 Jan 2020 00:00:00 +9999999999",
    "\u0661\u0662",
    "-1",
    "1e400",
    "NaN",
    "soon",
]


def pauses(errors: list[ProviderError]) -> list[timedelta | None]:
    return [error.retry_after for error in errors if isinstance(error, Unavailable)]


def test_an_invalid_retry_after_is_ignored(provider: Wild) -> None:
    errors = errors_of(provider, *(http(429, Retry_After=pause) for pause in PAUSES))
    assert {type(error) for error in errors} == {Throttled}
    assert pauses(errors) == [None] * len(PAUSES)


def test_a_retry_after_is_limited_to_a_day(provider: Wild) -> None:
    ages = ("9" * 5000, "Fri, 31 Dec 9999 23:59:59 GMT")
    assert pauses(errors_of(provider, *(http(503, Retry_After=pause) for pause in ages))) == [timedelta(days=1)] * 2


def test_an_error_is_one_line_without_direction_marks(provider: Wild) -> None:
    (error,) = errors_of(provider, http(400, "no\r\n\u2028\u2029\x85\x1b[31m\u202eon\ufeff\ud7ff€".encode()))
    assert isinstance(error, Rejected)
    assert str(error) == "HTTP 400: no [31m on €"


@pytest.mark.parametrize("escaped", [False, True])
def test_an_error_contains_neither_token_nor_text(provider: Wild, escaped: bool) -> None:
    text = 'Dear "Ann",\nyour code is 12345 €'
    said = json.dumps({"token": TOKEN, "text": text}, ensure_ascii=escaped)
    (error,) = errors_of(provider, http(400, f"bad {said} {text}".encode()), text=text)
    assert str(error) == 'HTTP 400: bad {"token": "[hidden]", "text": "[hidden]"} [hidden]'


def test_a_very_short_text_is_not_masked_in_errors(provider: Wild) -> None:
    (error,) = errors_of(provider, http(400, b"a bad day"), text="a")
    assert str(error) == "HTTP 400: a bad day"


@pytest.mark.parametrize("token", ["with\nbreak", "w\x00", "слово", "\ud800"])
def test_a_token_invalid_in_a_header_halts_sending(provider: Wild, token: str) -> None:
    (error,) = errors_of(provider, b"", token=token)
    assert isinstance(error, Unauthorized)
    assert token not in str(error)
    assert not provider.requests
