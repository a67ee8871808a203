import pytest

from notifications.contracts.errors import InvalidInput, MissingValue, UnsendableText
from notifications.contracts.problem_codes import ProblemCode
from notifications.contracts.reasons import Reason
from notifications.texts.placeholders import Template
from notifications.texts.rendering import render, require_sendable_template
from notifications.texts.visibility import has_visible

ZERO_WIDTH, ACCENT = "\u200b", "\u0301"


@pytest.mark.parametrize(
    "text", ["", " ", "\t\n", "\u00a0\u2003\u3000", ZERO_WIDTH, "\ufeff\u202a", ACCENT, f" {ACCENT}"]
)
def test_nothing_visible(text: str) -> None:
    assert not has_visible(text)


@pytest.mark.parametrize("text", ["a", ".", "я", "\U0001f600", f"e{ACCENT}", f"{ZERO_WIDTH}1"])
def test_something_visible(text: str) -> None:
    assert has_visible(text)


def reason(text: str, *, max_segments: int = 10, **values: str) -> Reason:
    with pytest.raises(UnsendableText) as error:
        render(Template.parse(text), values, max_segments=max_segments)
    return error.value.cause.code


def test_a_blank_message_is_not_rendered() -> None:
    assert reason("{x|}") == Reason.TEXT_BLANK
    assert reason("{x|} {y| }", x=ZERO_WIDTH) == Reason.TEXT_BLANK
    assert render(Template.parse("{x|}"), {"x": "Hi"}, max_segments=10) == "Hi"


def test_a_value_without_visible_characters_is_missing() -> None:
    with pytest.raises(MissingValue):
        render(Template.parse("Hi {x}"), {"x": ZERO_WIDTH}, max_segments=10)
    assert render(Template.parse("Hi {x|you}"), {"x": ACCENT}, max_segments=10) == "Hi you"


@pytest.mark.parametrize(("character", "fit"), [("a", 1530), ("я", 670), ("{{", 760), ("\U0001f600", 330)])
def test_at_most_so_many_sms(character: str, fit: int) -> None:
    assert render(Template.parse("{x}"), {"x": character[:1] * fit}, max_segments=10)
    assert reason("{x}", x=character[:1] * (fit + 1)) == Reason.TEXT_SEGMENTS
    assert reason("{x}", x=character[:1] * fit, max_segments=9) == Reason.TEXT_SEGMENTS


def test_at_most_4096_characters() -> None:
    assert reason("{x}", x="a" * 4097, max_segments=255) == Reason.TEXT_LENGTH
    assert render(Template.parse("{x}"), {"x": "a" * 4096}, max_segments=255)


def refused(text: str) -> ProblemCode:
    with pytest.raises(InvalidInput) as error:
        require_sendable_template(text, max_segments=10)
    return error.value.code


def test_a_text_that_no_client_can_get_is_refused() -> None:
    assert refused("{x|}") == refused(f" {ZERO_WIDTH}{{x| }}") == ProblemCode.TEXT_BLANK
    assert refused("я" * 671) == refused("я" * 671 + "{x}") == ProblemCode.TEXT_SEGMENTS
    for text in ("{x}", "{x|a}", "Hi {x|}", "я" * 670):
        require_sendable_template(text, max_segments=10)
