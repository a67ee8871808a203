"""Redaction of words from outside: anything that may be a phone is hidden, and other numbers stay."""

import pytest

from notifications.texts.redaction import HIDDEN, hide_phones


@pytest.mark.parametrize(
    "phone", ["79261234567", "+79261234567", "+7 926 123-45-67", "+49 (170) 123 45 67", "1234567", "8.926.123.45.67"]
)
def test_a_phone_is_hidden_however_it_is_written(phone: str) -> None:
    assert hide_phones(f"no route to {phone}, try later") == f"no route to {HIDDEN}, try later"


@pytest.mark.parametrize(
    "words", ["", "error 504 after 3 tries", "absent subscriber", "code 123456", "1, 2, 3, 4, 5, 6, 7, 8"]
)
def test_other_words_and_numbers_stay(words: str) -> None:
    assert hide_phones(words) == words
