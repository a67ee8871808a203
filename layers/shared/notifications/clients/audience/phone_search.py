"""Search by any digits of a phone, by an index over all trigrams of phones."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY

_TRIGRAM_LENGTH = 3


def phone_contains(phone: ColumnElement[str], digits: str) -> ColumnElement[bool]:
    """Return a condition for phones that have the digits, one after the other, anywhere.

    Args:
        phone: column with an index over its trigrams.
        digits: at least one. One or two are so frequent that a page is found without the index.
    """
    contains = phone.contains(digits)
    if len(digits) < _TRIGRAM_LENGTH:
        return contains
    trigrams = [digits[first : first + _TRIGRAM_LENGTH] for first in range(len(digits) - _TRIGRAM_LENGTH + 1)]
    trigrams_of_phone: ColumnElement[Sequence[str]] = func.phone_trigrams(phone, type_=ARRAY(Text))
    return trigrams_of_phone.bool_op("@>")(_array(trigrams)) & contains


def _array(trigrams: Sequence[str]) -> ColumnElement[Sequence[str]]:
    # Part of the statement, since frequent trigrams need another plan than rare ones.
    return bindparam(None, trigrams, ARRAY(Text), literal_execute=True)
