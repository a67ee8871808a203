"""Every problem has a code, and every code an English phrase that each raise site fills in."""

import json

import pytest

from api.middleware.validation import KINDS
from notifications.contracts.errors import Conflict, InvalidInput
from notifications.contracts.phrases import fill, nested, placeholders
from notifications.contracts.problem_codes import PHRASES, ProblemCode
from tests.support.proofs.raised_problems import Raised, calls, named

# Modules that pass the parameters as one argument: the table of pydantic's errors, and problem documents.
ELSEWHERE = ("functions/api/middleware/validation.py", "functions/api/middleware/problems.py")
RAISED = [each for each in calls("ProblemCode") if each.params is not None and not each.place.startswith(ELSEWHERE)]


@pytest.mark.parametrize("code", ProblemCode)
def test_every_code_has_a_phrase(code: ProblemCode) -> None:
    assert PHRASES[code]


def test_every_code_is_used() -> None:
    assert {code.name for code in ProblemCode} - named("ProblemCode", but="problem_codes.py") == set()


@pytest.mark.parametrize("raised", RAISED, ids=lambda raised: f"{raised.code} {raised.place}")
def test_each_raise_site_fills_in_its_phrase(raised: Raised) -> None:
    assert raised.params == placeholders(PHRASES[ProblemCode[raised.code]])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_errors_of_pydantic_fill_in_their_phrases(kind: str) -> None:
    code, params = KINDS[kind]
    assert set(params.values()) == placeholders(PHRASES[code])


def test_an_error_has_its_code_its_parameters_and_its_text() -> None:
    error = Conflict(ProblemCode.TAG_IN_USE, tag="vip", mailing_id=7)
    assert (error.code, error.params) == ("tag_in_use", {"tag": "vip", "mailing_id": 7})
    assert str(error) == "Mailing 7 filters on tag vip. Wait until it ends, or cancel it."
    assert json.loads(json.dumps({"code": error.code})) == {"code": "tag_in_use"}


def test_bad_input_names_its_field_and_keeps_its_code_when_moved() -> None:
    error = InvalidInput("timezone", ProblemCode.TIMEZONE_UNKNOWN, timezone="Mars").at("zone")
    assert (error.field, error.code, error.params) == ("zone", ProblemCode.TIMEZONE_UNKNOWN, {"timezone": "Mars"})
    assert str(error) == 'zone: unknown time zone "Mars". Use an IANA name such as Europe/Moscow.'


@pytest.mark.parametrize("params", [{}, {"tag": "vip"}, {"tag": "vip", "mailing_id": 7, "more": 1}])
def test_unknown_parameters_of_a_phrase_raise_an_error(params: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        Conflict(ProblemCode.TAG_IN_USE, **params)


def test_lists_and_nested_reasons_are_shown_in_words() -> None:
    assert fill("{names}.", {"names": ["a", "b"]}) == "a, b."
    assert fill("{names}.", {"names": []}) == "."
    reason = nested("due", {"due_at": "x"}, "due x")
    assert fill("waits: {reason}", {"reason": reason}) == "waits: due x"
    assert fill("waits: {reasons}", {"reasons": [reason, reason]}) == "waits: due x; due x"
    assert fill("{n:,} rows", {"n": 10_000}) == "10,000 rows"
