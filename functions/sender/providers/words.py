"""What a provider says, made fit to be stored, logged and shown: bounded, of one line, without secrets."""

import re

WORDS_AT_MOST = 200
_BEARER = re.compile(r"(?i)bearer\s+\S+")
# Control characters; PostgreSQL stores no NUL.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def fit(words: bytes | str, *, secret: str = "") -> str:
    """The words without the secret and whatever follows `Bearer`, cut to a length."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    text = _BEARER.sub("Bearer [token]", text.replace(secret, "[token]") if secret else text)
    return _UNPRINTABLE.sub(" ", text).strip()[:WORDS_AT_MOST]
