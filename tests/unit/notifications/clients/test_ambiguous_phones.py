"""Shares of mobile numbers, written without prefix, that are valid numbers of other countries too.

The table of docs/decisions/0060-phones-of-any-country.md has them from 20,000 numbers each.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType

from notifications.clients.phones import parse_phone
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

SAMPLE = 2_000
MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def mobiles(country: str, *, first: str, digits: int) -> Iterator[str]:
    """Generate random mobile numbers as they are written in their country, without prefix.

    Args:
        first: digits that numbers begin with.
    """
    chance = Random(0)
    while True:
        written = chance.choice(first) + "".join(chance.choices("0123456789", k=digits - 1))
        number = phonenumbers.parse(f"+{phonenumbers.country_code_for_region(country)}{written}")
        if phonenumbers.is_valid_number_for_region(number, country) and phonenumbers.number_type(number) in MOBILE:
            yield written


def is_ambiguous(phone: str, country: str) -> bool:
    try:
        parse_phone(phone, country)
    except InvalidInput as refusal:
        return refusal.code == ProblemCode.PHONE_AMBIGUOUS
    return False


@pytest.mark.parametrize(
    ("country", "first", "digits", "percent"),
    [("RU", "9", 10, 3), ("IN", "6789", 10, 5), ("US", "23456789", 10, 10), ("FR", "67", 9, 1), ("GB", "7", 10, 0)],
)
def test_share_of_a_country(country: str, first: str, digits: int, percent: float) -> None:
    sample = islice(mobiles(country, first=first, digits=digits), SAMPLE)
    share = sum(is_ambiguous(each, country) for each in sample) / SAMPLE
    # Three standard errors of a share of 10 %.
    assert 100 * share == pytest.approx(percent, abs=2)
