import re
from datetime import date

import pytest

from notifications.contracts.enumerations import ENDED_STATUSES, MailingStatus, ReportLanguage
from reporter import words
from reporter.words import WORDS
from tooling.paths import ROOT

EN, RU = ReportLanguage.EN, ReportLanguage.RU


def test_both_languages_have_all_texts() -> None:
    assert WORDS.keys() == set(ReportLanguage)
    assert WORDS[EN].keys() == WORDS[RU].keys()


@pytest.mark.parametrize("language", ReportLanguage)
def test_every_status_of_a_report_has_a_word(language: ReportLanguage) -> None:
    assert words.MESSAGE_STATUSES[language].keys() == set(ENDED_STATUSES)
    assert words.MAILING_STATUSES[language].keys() == set(MailingStatus)


@pytest.mark.parametrize("language", ReportLanguage)
def test_the_remedy_for_differences_is_a_section_of_the_runbook(language: ReportLanguage) -> None:
    named = re.search(r"docs/runbook\.md, [“«](.+)[”»]", WORDS[language]["disagree"])
    assert named is not None
    assert f"\n### {named[1]}\n" in (ROOT / "docs/runbook.md").read_text()


def test_every_status_of_a_report_has_a_colour() -> None:
    assert words.COLOURS.keys() == set(ENDED_STATUSES)


def test_numbers_have_thousands_separators() -> None:
    assert words.number(1234567, EN) == "1,234,567"
    assert words.number(1234567, RU) == "1\u00a0234\u00a0567"


@pytest.mark.parametrize(("n", "written"), [(1200, "+1,200"), (-3, "\N{MINUS SIGN}3"), (0, "±0")])
def test_a_change_has_a_sign(n: int, written: str) -> None:
    assert words.change(n, EN) == written


def test_a_share_below_one_is_never_shown_as_100_percent() -> None:
    assert words.percent(0.99999, EN) == "99.9\u00a0%"
    assert words.percent(1.0, RU) == "100,0\u00a0%"


def test_dates_have_the_format_of_the_language() -> None:
    assert words.written_day(date(2026, 3, 1), EN) == "1 March 2026"
    assert words.written_day(date(2026, 3, 1), RU) == "01.03.2026"
