"""Rules of replies in tests: the default words, and the key of erased phones that the API of the tests has."""

from notifications.messages.callbacks.keywords import Keywords
from notifications.messages.callbacks.replies import Rules
from tests.support.functions.api import ERASURE_KEY


def reply_rules() -> Rules:
    """Return the rules."""
    return Rules(keywords=Keywords.of(), erasure_key=lambda: ERASURE_KEY)
