"""Check for text that people can see, by the Unicode categories of its characters."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from notifications.contracts.characters import BLANKS

# Separators and combining marks of every kind, controls and format characters, such as U+200B.
_INVISIBLE_CLASSES = frozenset("ZM")
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf"})

# There are no invisible characters elsewhere, as a test checks. All characters would take ten times as long to look at.
_PLANES = (range(1, 0x20000), range(0xE0000, 0xE0200))


def is_visible(character: str) -> bool:
    """Return True if a character is visible by itself."""
    category = unicodedata.category(character)
    if character in BLANKS:
        return False
    return category[0] not in _INVISIBLE_CLASSES and category not in _INVISIBLE_CATEGORIES


def has_visible(text: str) -> bool:
    """Return True if a text has a visible character."""
    return any(map(is_visible, text))


@cache
def visible_pattern() -> str:
    """Return a regular expression of PostgreSQL that finds a visible character."""
    return f"[^{''.join(f'{first}-{last}' for first, last in _invisible_ranges())}]"


def _invisible_ranges() -> Iterator[tuple[str, str]]:
    for plane in _PLANES:
        for visible, codes in groupby(plane, key=lambda code: is_visible(chr(code))):
            if not visible:
                found = list(codes)
                yield chr(found[0]), chr(found[-1])
