"""Check for text that people can see, by the Unicode categories of its characters."""

import unicodedata

# Separators and combining marks of every kind, controls and format characters, such as U+200B.
_INVISIBLE_CLASSES = frozenset("ZM")
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf"})


def is_visible(character: str) -> bool:
    """Return True if a character is visible by itself."""
    category = unicodedata.category(character)
    return category[0] not in _INVISIBLE_CLASSES and category not in _INVISIBLE_CATEGORIES


def has_visible(text: str) -> bool:
    """Return True if a text has a visible character."""
    return any(map(is_visible, text))
