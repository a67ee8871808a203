"""Texts that no client may get: refused when a mailing is created, changed or previewed, and in test sends."""

from typing import Any

import pytest

from tests.integration.api.resources.mailings.test_mailings import LATER
from tests.support.functions.gateway import Answer, Gateway

BLANK = ["{x|}", " ", "\u200b", "{x| }\u0301"]


type Error = tuple[int, str, str, dict[str, Any]]


def error(answer: Answer) -> Error:
    (only,) = answer.json["errors"]
    return answer.status, only["loc"][-1], only["code"], only["params"]


@pytest.mark.parametrize("text", BLANK)
def test_a_blank_text_is_refused(call: Gateway, text: str) -> None:
    expected: Error = (422, "text", "text_blank", {})
    assert error(call("POST", "mailing/", LATER | {"text": text})) == expected
    assert error(call("POST", "mailing/preview/", LATER | {"text": text})) == expected
    assert error(call("POST", "mailing/test/", {"phone": "79260000000", "text": text})) == expected
    call("POST", "mailing/", LATER)
    assert error(call("PATCH", "mailing/1/", {"text": text})) == expected


def test_a_text_of_more_sms_than_the_limit_is_refused(call: Gateway) -> None:
    expected: Error = (422, "text", "text_segments", {"segments": 11, "max_segments": 10})
    text = "a" * 1531
    assert error(call("POST", "mailing/", LATER | {"text": text})) == expected
    assert error(call("POST", "mailing/preview/", LATER | {"text": text})) == expected
    assert error(call("POST", "mailing/test/", {"phone": "79260000000", "text": text})) == expected
    assert call("POST", "mailing/", LATER | {"text": "a" * 1530}).status == 201


def test_explains_that_a_text_is_too_long_for_a_client(call: Gateway) -> None:
    call("POST", "client/", {"phone": "79260000001", "timezone": "UTC", "attributes": {"x": "я" * 671}})
    call("POST", "mailing/", LATER | {"text": "{x}"})
    rules = call("GET", "mailing/1/explain/?phone=79260000001").json["rules"]
    (rule,) = [each for each in rules if each["rule"] == "text"]
    assert (rule["holds"], rule["params"]["reason"]["code"]) == (False, "text_segments")
