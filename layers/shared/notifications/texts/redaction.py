"""Redaction of text from outside, before it is stored, logged or shown."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

MAX_CHARACTERS = 200
# Characters that are read: more than are kept, because invisible ones are dropped.
READ_CHARACTERS = 2_000
# Shorter values are no secrets, and hiding them would make the text unreadable.
MIN_HIDDEN_CHARACTERS = 4
HIDDEN = "[hidden]"
# A phone has at least seven digits, and may be written with a plus, spaces and other separators.
_PHONE = re.compile(r"\+?\d(?:[ ().-]{0,2}\d){6,}")
_BEARER = re.compile(r"(?i)bearer\s+\S+")


def redact(content: bytes | str, *, hidden: Sequence[str] = ()) -> str:
    """Return the text as one line of at most `MAX_CHARACTERS` visible characters, without bearer tokens.

    Args:
        content: the text, or its UTF-8 bytes.
        hidden: values to hide, as they are and as escaped in JSON.
    """
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    for form in sorted(_forms(hidden), key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    beginning = _BEARER.sub(f"Bearer {HIDDEN}", text)[:READ_CHARACTERS]
    visible = "".join(character if character.isprintable() else " " for character in beginning)
    return " ".join(visible.split())[:MAX_CHARACTERS]


def hide_phones(text: str) -> str:
    """Return the text without anything that may be a phone."""
    return _PHONE.sub(HIDDEN, text)


def _forms(hidden: Iterable[str]) -> Iterator[str]:
    for each in hidden:
        if len(each) >= MIN_HIDDEN_CHARACTERS:
            yield from (each, json.dumps(each)[1:-1], json.dumps(each, ensure_ascii=False)[1:-1])
