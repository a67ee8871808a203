"""Search by any digits of a phone, by an index over all trigrams of phones."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY

_TRIGRAM_LENGTH = 3
_NO_DIGIT = re.compile("[^0-9]")


def phone_contains(phone: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Return a condition for phones that have the digits of a part, one after the other, anywhere.

    Args:
        phone: column with an index over its trigrams.
        part: at least one digit; + and separators are skipped. One or two digits are so frequent that a page is found
            without the index.
    """
    digits = _NO_DIGIT.sub("", part)
    contains = phone.contains(digits)
    if len(digits) < _TRIGRAM_LENGTH:
        return contains
    trigrams = [digits[first : first + _TRIGRAM_LENGTH] for first in range(len(digits) - _TRIGRAM_LENGTH + 1)]
    trigrams_of_phone: ColumnElement[Sequence[str]] = func.phone_trigrams(phone, type_=ARRAY(Text))
    return trigrams_of_phone.bool_op("@>")(_array(trigrams)) & contains


def _array(trigrams: Sequence[str]) -> ColumnElement[Sequence[str]]:
    # Part of the statement, since frequent trigrams need another plan than rare ones.
    return bindparam(None, trigrams, ARRAY(Text), literal_execute=True)
