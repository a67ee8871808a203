"""Search of clients by any digits of their phones, by an index over all trigrams of a phone."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY

from notifications.database.tables import client

_TRIGRAM_LENGTH = 3
_ALL_TRIGRAMS = tuple(f"{number:03d}" for number in range(1000))
_trigrams_of_phone: ColumnElement[Sequence[str]] = func.phone_trigrams(client.c.phone, type_=ARRAY(Text))


def phone_contains(digits: str) -> ColumnElement[bool]:
    """Return a condition for clients whose phone has the digits, one after the other, anywhere.

    Args:
        digits: at least one. One or two are searched as every trigram that has them.
    """
    if len(digits) < _TRIGRAM_LENGTH:
        return _trigrams_of_phone.bool_op("&&")(_array([each for each in _ALL_TRIGRAMS if digits in each]))
    trigrams = [digits[first : first + _TRIGRAM_LENGTH] for first in range(len(digits) - _TRIGRAM_LENGTH + 1)]
    has_all = _trigrams_of_phone.bool_op("@>")(_array(trigrams))
    # Of three digits this is all: a further condition would make the planner expect fewer clients than there are.
    return has_all if len(trigrams) == 1 else has_all & client.c.phone.contains(digits)


def _array(trigrams: Sequence[str]) -> ColumnElement[Sequence[str]]:
    # Part of the statement, since frequent trigrams need another plan than rare ones.
    return bindparam(None, trigrams, ARRAY(Text), literal_execute=True)
