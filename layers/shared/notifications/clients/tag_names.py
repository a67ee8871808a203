"""Names of tags: how they are stored, and how they are compared."""

import unicodedata

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

MAX_TAG_LENGTH = 64

_TAG_SEPARATORS = frozenset(";|")


def parse_tag(tag: str) -> str:
    """A tag as it is stored: trimmed, in Unicode's composed form (NFC), with its case.

    It has 1 to 64 characters, all of them visible or a plain space. `;` and `|` are refused, because they
    separate the tags of a client in CSV.
    """
    name = unicodedata.normalize("NFC", tag.strip())
    if not 1 <= len(name) <= MAX_TAG_LENGTH:
        raise InvalidInput("tag", ProblemCode.TAG_LENGTH, max_length=MAX_TAG_LENGTH)
    if not name.isprintable() or _TAG_SEPARATORS & set(name):
        raise InvalidInput("tag", ProblemCode.TAG_CHARACTERS)
    return name


def tag_key(tag: str) -> str:
    """The tag without its case and outer spaces: tags with the same key are the same tag."""
    return unicodedata.normalize("NFC", tag.strip().casefold())
