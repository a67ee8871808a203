import re

import pytest

from notifications.clients.phones import operator_code_of, parse_operator_code, parse_phone
from notifications.contracts.errors import InvalidInput


def test_phone_is_a_seven_and_ten_digits() -> None:
    assert parse_phone("79261234567") == "79261234567"


@pytest.mark.parametrize(
    "phone",
    [
        "",
        "7926123456",
        "792612345678",
        "89261234567",
        "+79261234567",
        "7 926 123 45 67",
        "7926123456१",
    ],
)
def test_other_phones_are_refused(phone: str) -> None:
    with pytest.raises(InvalidInput, match=r"^phone: must be 11 digits that begin with 7") as refusal:
        parse_phone(phone)
    assert refusal.value.field == "phone"


@pytest.mark.parametrize(
    ("phone", "code_point"),
    [("79261234567\n", "U+000A"), ("\u202a79261234567", "U+202A"), ("7926\u00ad1234567", "U+00AD")],
)
def test_an_invisible_character_of_a_phone_is_named(phone: str, code_point: str) -> None:
    with pytest.raises(
        InvalidInput, match=rf"^phone: has the invisible character {re.escape(code_point)}\. Remove it\."
    ):
        parse_phone(phone)


def test_operator_code_is_digits_two_to_four() -> None:
    assert operator_code_of("79261234567") == "926"


@pytest.mark.parametrize("code", ["", "92", "9260", "9a6", "926\n", "९२६"])
def test_operator_code_has_three_digits(code: str) -> None:
    assert parse_operator_code("926") == "926"
    with pytest.raises(InvalidInput, match=r"^operator_code: "):
        parse_operator_code(code)
