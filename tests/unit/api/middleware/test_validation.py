"""Every pattern of a field has a code of its own, since an error shows nobody a regular expression."""

import re

import pytest

from api import fields
from api.middleware.validation import FORMATS
from notifications.contracts.problem_codes import PHRASES, ProblemCode
from tooling.paths import ROOT


def test_every_pattern_has_a_code() -> None:
    assert {value for name, value in vars(fields).items() if name.endswith("_PATTERN")} == FORMATS.keys()


def test_patterns_of_fields_have_names() -> None:
    sources = (path.read_text() for path in (ROOT / "functions/api").rglob("*.py"))
    given = {each for source in sources for each in re.findall(r"\bpattern=([^,)]+)", source)}
    assert {each for each in given if not each.endswith("_PATTERN")} == set()


@pytest.mark.parametrize("code", FORMATS.values())
def test_a_code_of_a_pattern_says_the_format_in_words(code: ProblemCode) -> None:
    assert not set(PHRASES[code]) & set("{}^$\\[]")
