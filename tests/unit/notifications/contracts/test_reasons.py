"""Every reason, fact and verdict has an English phrase that each raise site fills in."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from notifications.contracts import explanation_codes, reasons
from notifications.contracts.explanation_codes import FactCode, RuleName, VerdictCode
from notifications.contracts.phrases import placeholders
from notifications.contracts.reasons import WORDS, Reason, cause, reason_from_code
from sender.providers.base import (
    OutcomeUnknown,
    ProviderError,
    Rejected,
    Repeated,
    Throttled,
    Unauthorized,
    Unavailable,
)
from tests.support.proofs.raised_problems import Raised, calls, named

PHRASES: list[tuple[type[StrEnum], Mapping[Any, str], str]] = [
    (Reason, reasons.PHRASES, "reasons.py"),
    (FactCode, explanation_codes.FACTS, "explanation_codes.py"),
    (VerdictCode, explanation_codes.VERDICTS, "explanation_codes.py"),
]
# Arguments of errors and rules that are not parameters of a phrase.
BESIDES = frozenset({"code", "retry_after", "timed_out"})


@pytest.mark.parametrize(("codes", "phrases", "module"), PHRASES)
def test_every_code_has_a_phrase_and_is_used(codes: type[StrEnum], phrases: Mapping[Any, str], module: str) -> None:
    assert set(codes) == phrases.keys()
    assert {code.name for code in codes} - named(codes.__name__, but=module) == set()


def test_every_rule_has_a_use() -> None:
    assert {rule.name for rule in RuleName} - named("RuleName", but="explanation_codes.py") == set()


FACTS = [each for each in calls("FactCode") if each.function == "rule_of"]
VERDICTS = [each for each in calls("VerdictCode") if each.function == "verdict_of"]
REASONS = [each for each in calls("Reason", besides=BESIDES) if each.function == "cause" or each.function[0].isupper()]


@pytest.mark.parametrize("raised", FACTS, ids=lambda raised: f"{raised.code} {raised.place}")
def test_each_rule_fills_in_the_phrase_of_its_fact(raised: Raised) -> None:
    assert raised.params == placeholders(explanation_codes.FACTS[FactCode[raised.code]])


@pytest.mark.parametrize("raised", VERDICTS, ids=lambda raised: f"{raised.code} {raised.place}")
def test_each_verdict_fills_in_its_phrase(raised: Raised) -> None:
    assert raised.params == placeholders(explanation_codes.VERDICTS[VerdictCode[raised.code]])


@pytest.mark.parametrize("raised", REASONS, ids=lambda raised: f"{raised.code} {raised.place}")
def test_each_error_fills_in_the_phrase_of_its_reason(raised: Raised) -> None:
    assert raised.params is not None
    assert raised.params == placeholders(reasons.PHRASES[Reason[raised.code]]) - {WORDS}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Rejected("HTTP 400: no"), Reason.PROVIDER_REJECTED),
        (Repeated("HTTP 409: no"), Reason.PROVIDER_REPEATED),
        (Unauthorized("HTTP 401: no"), Reason.PROVIDER_UNAUTHORIZED),
        (Unavailable("HTTP 503: no"), Reason.PROVIDER_UNAVAILABLE),
        (Throttled("HTTP 429: no"), Reason.PROVIDER_THROTTLED),
        (OutcomeUnknown("HTTP 502: no"), Reason.PROVIDER_UNKNOWN_OUTCOME),
    ],
)
def test_a_providers_answer_is_the_text_and_not_a_parameter(error: ProviderError, code: Reason) -> None:
    assert (error.cause.code, error.cause.params, error.cause.text) == (code, None, str(error))


def test_a_cause_may_be_a_parameter_of_another() -> None:
    timeout = OutcomeUnknown(code=Reason.PROVIDER_TIMEOUT, seconds=10.0, timed_out=True).cause
    held = cause(Reason.HELD, reason=timeout.as_param())
    text = "the provider did not answer within 10 s"
    assert held.text == f"{text}; the provider may have accepted the message"
    assert held.params == {"reason": {"code": "provider_timeout", "params": {"seconds": 10.0}, "text": text}}


def test_a_code_of_a_newer_version_is_unknown() -> None:
    codes = ["held", "of a newer version", None]
    assert [reason_from_code(code) for code in codes] == [Reason.HELD, None, None]
