"""Names of tags: validation, and keys by which they are compared."""

import unicodedata
from collections.abc import Iterable

from notifications.contracts.characters import require_visible
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

MAX_TAG_LENGTH = 64
# Most tags of a client.
MAX_TAGS = 100

_TAG_SEPARATORS = frozenset(";|")


def parse_tag(tag: str) -> str:
    """Check a tag's name, and return it trimmed and in NFC, with its case.

    Raises:
        InvalidInput: it does not have 1 to 64 characters, or has an invisible one, `;` or `|`, which separate tags in
            CSV.
    """
    name = unicodedata.normalize("NFC", tag.strip())
    if not 1 <= len(name) <= MAX_TAG_LENGTH:
        raise InvalidInput("tag", ProblemCode.TAG_LENGTH, max_length=MAX_TAG_LENGTH)
    require_visible("tag", name)
    if _TAG_SEPARATORS & set(name):
        raise InvalidInput("tag", ProblemCode.TAG_CHARACTERS)
    return name


def require_separate(added: Iterable[str], removed: Iterable[str]) -> None:
    """Raise InvalidInput if a tag is both to be added and to be removed."""
    both = set(map(tag_key, added)) & set(map(tag_key, removed))
    if both:
        raise InvalidInput("remove_tags", ProblemCode.TAG_ADDED_AND_REMOVED, tag=min(both))


def tag_key(tag: str) -> str:
    """Return a tag's key: casefolded, trimmed, in NFC. Names with the same key are the same tag."""
    return unicodedata.normalize("NFC", tag.strip().casefold())
