"""Logs: one JSON object per line, without phones, texts and tokens."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from notifications.contracts.observability import logger
from tests.integration.fuzz.test_events import Invocation, dumped, records
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway
from tests.support.functions.handlers import sender_over
from tests.support.functions.log import captured_log
from tests.support.sender.raw_server import raw_server
from tests.support.sender.scenario import SenderScenario, client_of

FORGED = 'x\r\n{"level":"INFO","message":"forged"}\n\u2028\x00'


def lines(captured: str) -> list[dict[str, object]]:
    # Split at \n only, as CloudWatch does.
    return [json.loads(line) for line in captured.split("\n") if line]


@pytest.fixture(autouse=True)
def log(silence: None) -> Iterator[io.StringIO]:
    """Stream of all log output."""
    assert silence is None
    logger.setLevel(logging.DEBUG)
    with captured_log() as written:
        yield written


@pytest.fixture
def call(engine: Engine) -> Gateway:
    return api_over(engine)


def test_no_caller_can_forge_a_log_line(call: Gateway, log: io.StringIO) -> None:
    for name in ("Idempotency-Key", "If-Match", "Content-Type", "X-Forwarded-For", "User-Agent"):
        call("POST", "tag/", {"name": "a"}, headers={name: FORGED})
    call("POST", "tag/", {"name": FORGED})
    call("GET", f"client/{FORGED}/".replace("\x00", ""))
    call("GET", "client/?tag=x%0d%0aforged")
    found = lines(log.getvalue())
    assert len(found) == 8
    assert {line["message"] for line in found} == {"API called"}


def test_no_provider_can_forge_a_log_line(
    scenario: SenderScenario, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario.now = datetime.now(UTC)
    (message,) = scenario.fill(1)
    with raw_server() as raw:
        body = FORGED.encode()
        raw.answer = b"HTTP/1.1 400 No\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        with sender_over(scenario.engine, client_of(raw.url)) as deliver:
            deliver({"Records": records([dumped({"message_id": message})])}, Invocation())
    assert lines(log.getvalue())
    assert lines(capsys.readouterr().out)
    error = scenario.row().last_error
    assert "forged" in error
    assert error.isprintable()


def test_neither_phones_nor_texts_nor_tokens_are_logged(
    call: Gateway, scenario: SenderScenario, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    phone, word, token = "79265550199", "SentinelText", "SentinelToken"
    call("POST", "client/", {"phone": phone, "timezone": "Europe/Moscow", "attributes": {"name": word}})
    call("GET", f"client/{phone}/", headers={"Authorization": f"Bearer {token}"})
    call("POST", "client/", {"phone": phone, "timezone": word})
    moments = {"starts_at": "2030-01-01T10:00:00Z", "ends_at": "2030-01-02T10:00:00Z"}
    call("POST", "mailing/", {"text": f"{word} {{name}}", "filter": {"tags": []}, **moments})
    scenario.now = datetime.now(UTC)
    (message,) = scenario.fill(1)
    with raw_server() as raw:
        body = f"no: Bearer {token} {phone}".encode()
        raw.answer = b"HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        provider = client_of(raw.url, token=lambda **_: token)
        with sender_over(scenario.engine, provider) as deliver:
            deliver({"Records": records([dumped({"message_id": message})])}, Invocation())
    captured = capsys.readouterr()
    assert len(lines(log.getvalue())) > 4
    for sentinel in (phone, word, token):
        assert sentinel not in log.getvalue() + captured.out + captured.err
    assert token not in str(scenario.rows())
