"""Words by which a person ends all messages, or asks for them again: as the whole of a reply, and in no other place."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from notifications.contracts.enumerations import ReplyKeyword
from notifications.contracts.settings import Settings

STOP_WORDS = (
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "OPTOUT",
    "REVOKE",
    "СТОП",
    "ОТПИСКА",
    "ОТПИСАТЬСЯ",
)
START_WORDS = ("START", "СТАРТ")  # noqa: RUF001 - Russian

_INVISIBLE = ("Cc", "Cf")
_MARK = "Mn"
_TRAILING = re.compile(r"[\W_]+$")


@dataclass(frozen=True, slots=True)
class Keywords:
    """The words, each as `_plain` returns it. A word in both lists ends messages."""

    stop: Collection[str]
    start: Collection[str]

    @classmethod
    def of(cls, stop: Collection[str] = STOP_WORDS, start: Collection[str] = START_WORDS) -> "Keywords":
        """Return the keywords of two lists of words."""
        return cls(_plain_words(stop), _plain_words(start))

    def find(self, text: str) -> ReplyKeyword | None:
        """Return what a reply asks for, without regard to case, accents, spaces around it and trailing punctuation."""
        plain = _plain(text)
        if plain in self.stop:
            return ReplyKeyword.STOP
        return ReplyKeyword.START if plain in self.start else None


class KeywordSettings(Settings):
    """Lists of words, separated by commas; an empty one stands for the default."""

    stop_words: str = ""
    start_words: str = ""

    def keywords(self) -> Keywords:
        """Return the keywords of the stack."""
        return Keywords.of(_listed(self.stop_words) or STOP_WORDS, _listed(self.start_words) or START_WORDS)


def _listed(words: str) -> list[str]:
    return [word for word in words.split(",") if _plain(word)]


def _plain_words(words: Collection[str]) -> frozenset[str]:
    return frozenset(filter(None, map(_plain, words)))


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(part for part in parts if part.isspace() or unicodedata.category(part) not in (*_INVISIBLE, _MARK))
    return _TRAILING.sub("", " ".join(kept.split()))
