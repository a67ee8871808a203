import json
from io import StringIO

import pytest
from aws_lambda_powertools import Logger

from notifications.contracts import observability


@pytest.fixture
def stream() -> StringIO:
    return StringIO()


@pytest.fixture
def logger(stream: StringIO, request: pytest.FixtureRequest) -> Logger:
    # Loggers with the same name share their state.
    return Logger(service=request.node.name, stream=stream, json_serializer=observability._serialize)


def test_phones_are_masked_in_every_part_of_a_line(logger: Logger, stream: StringIO) -> None:
    logger.info("GET client/79261234567/", extra={"error": "79031234567 is unknown", "due": 1795435325301})
    line = json.loads(stream.getvalue())
    assert line["message"] == "GET client/7926*****67/"
    assert line["error"] == "7903*****67 is unknown"
    assert line["due"] == 1795435325301


@pytest.mark.parametrize(
    "words",
    ["\n79261234567", "\b79261234567\f", "\x0079261234567", "+79261234567", "tel79261234567", "phone_79261234567_ok"],
    ids=range(6),
)
def test_phones_are_masked_after_any_character(logger: Logger, stream: StringIO, words: str) -> None:
    logger.info("said", extra={"words": [words], words: {"why": ValueError(words)}})
    line, masked = json.loads(stream.getvalue()), words.replace("79261234567", "7926*****67")
    assert "79261234567" not in stream.getvalue()
    assert (line["words"], line[masked]) == ([masked], {"why": masked})


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("12125550123", "1212*****23"),
        ("4915123456789", "4915*******89"),
        ("442079460958", "4420******58"),
        ("3545551234", "354*****34"),
        ("29812345", "2*****45"),
    ],
)
def test_phones_of_other_countries_are_masked(logger: Logger, stream: StringIO, phone: str, masked: str) -> None:
    logger.info("GET client/%s/ and +%s", phone, phone)
    assert json.loads(stream.getvalue())["message"] == f"GET client/{masked}/ and +{masked}"
    assert observability.mask_phone(phone) == masked


def test_a_short_phone_shows_its_last_digits_alone() -> None:
    assert observability.mask_phone("6834002") == "*****02"


@pytest.mark.parametrize(
    "known",
    [
        "cafe79261234567beef",
        "4a79261234567",
        "1795435325301",
        "179261234567",
        "792612345678",
        79261234567,
        "4503599627370497",
        "0d1a3ccf-60c6-4b5a-9c3f-492612345678",
        "2345678",
    ],
)
def test_ids_and_other_numbers_are_not_masked(logger: Logger, stream: StringIO, known: str | int) -> None:
    logger.info("known", extra={"id": known})
    assert json.loads(stream.getvalue())["id"] == known


def test_phones_in_an_exception_are_masked(logger: Logger, stream: StringIO) -> None:
    try:
        int("79261234567 is no number")
    except ValueError:
        logger.exception("failed")
    assert "79261234567" not in stream.getvalue()


def test_the_request_id_is_that_of_the_invocation_unless_another_is_set(logger: Logger, stream: StringIO) -> None:
    logger.append_keys(function_request_id="invocation", function_arn="arn")
    logger.info("first")
    logger.append_keys(request_id="call")
    logger.info("second")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["request_id"], second["request_id"]) == ("invocation", "call")
    assert first.keys().isdisjoint({"function_request_id", "function_arn"})


def test_russian_text_is_not_escaped(logger: Logger, stream: StringIO) -> None:
    logger.info("нет ответа")
    assert "нет ответа" in stream.getvalue()


def test_a_line_has_the_trace_id_of_its_invocation(
    logger: Logger, stream: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Lambda sets the variable before each invocation, also if the invocation is not sampled.
    for root in ("1-6926f5a0-0123456789abcdef01234567", "1-6926f5a1-79261234567def0123456789"):
        monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={root};Parent=53995c3f42cd8ad8;Sampled=0")
        logger.info("called")
        assert json.loads(stream.getvalue().splitlines()[-1])["xray_trace_id"] == root
