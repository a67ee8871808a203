"""What a provider says, made fit to be stored, logged and shown: bounded, of one line, without secrets."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

WORDS_AT_MOST = 200
# Of all that was said; more than is kept, since what is not visible takes no room.
LOOKED_AT = 2_000
# What is shorter tells nothing, and would blot out the rest.
SHORTEST_HIDDEN = 4
HIDDEN = "[hidden]"
_BEARER = re.compile(r"(?i)bearer\s+\S+")


def fit(words: bytes | str, *, hidden: Sequence[str] = ()) -> str:
    """The words, without what is to be hidden (as it is or as JSON has it) and whatever follows `Bearer`.

    One line of visible characters, cut to a length.
    """
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    for form in sorted(_forms(hidden), key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    beginning = _BEARER.sub(f"Bearer {HIDDEN}", text)[:LOOKED_AT]
    visible = "".join(character if character.isprintable() else " " for character in beginning)
    return " ".join(visible.split())[:WORDS_AT_MOST]


def _forms(hidden: Iterable[str]) -> Iterator[str]:
    for each in hidden:
        if len(each) >= SHORTEST_HIDDEN:
            yield from (each, json.dumps(each)[1:-1], json.dumps(each, ensure_ascii=False)[1:-1])
