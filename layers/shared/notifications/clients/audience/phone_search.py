"""Search of clients by any digits of their phones, by an index over all trigrams of a phone."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY

from notifications.database.tables import client

_TRIGRAM_LENGTH = 3
_trigrams_of_phone: ColumnElement[Sequence[str]] = func.phone_trigrams(client.c.phone, type_=ARRAY(Text))


def phone_contains(digits: str) -> ColumnElement[bool]:
    """Return a condition for clients whose phone has the digits, one after the other, anywhere.

    Args:
        digits: at least one. One or two are so frequent that a page of clients is found without the index.
    """
    contains = client.c.phone.contains(digits)
    if len(digits) < _TRIGRAM_LENGTH:
        return contains
    trigrams = [digits[first : first + _TRIGRAM_LENGTH] for first in range(len(digits) - _TRIGRAM_LENGTH + 1)]
    return _trigrams_of_phone.bool_op("@>")(_array(trigrams)) & contains


def _array(trigrams: Sequence[str]) -> ColumnElement[Sequence[str]]:
    # Part of the statement, since frequent trigrams need another plan than rare ones.
    return bindparam(None, trigrams, ARRAY(Text), literal_execute=True)
