from datetime import date

import pytest

from reporter import words
from reporter.words import WORDS


def test_both_languages_say_everything() -> None:
    assert WORDS["en"].keys() == WORDS["ru"].keys()


def test_numbers_keep_their_thousands_apart() -> None:
    assert words.number(1234567, "en") == "1,234,567"
    assert words.number(1234567, "ru") == "1\u00a0234\u00a0567"


@pytest.mark.parametrize(("n", "written"), [(1200, "+1,200"), (-3, "\N{MINUS SIGN}3"), (0, "±0")])
def test_a_change_has_its_sign(n: int, written: str) -> None:
    assert words.change(n, "en") == written


def test_a_share_is_never_rounded_up_to_the_whole() -> None:
    assert words.percent(0.99999, "en") == "99.9\u00a0%"
    assert words.percent(1.0, "ru") == "100,0\u00a0%"


def test_days_are_written_as_people_do() -> None:
    assert words.written_day(date(2026, 3, 1), "en") == "1 March 2026"
    assert words.written_day(date(2026, 3, 1), "ru") == "01.03.2026"
