"""A keyword is the whole of a reply, however it is written, and is found nowhere else."""

import pytest

from notifications.contracts.enumerations import ReplyKeyword
from notifications.messages.callbacks.keywords import START_WORDS, STOP_WORDS, Keywords, KeywordSettings

KEYWORDS = Keywords.of()


@pytest.mark.parametrize("word", STOP_WORDS)
def test_each_stop_word_ends_messages(word: str) -> None:
    for text in (word, word.lower(), word.title(), f" {word}\n", f"{word}!", f"{word} ..."):
        assert KEYWORDS.find(text) is ReplyKeyword.STOP


@pytest.mark.parametrize("word", START_WORDS)
def test_each_start_word_asks_for_messages_again(word: str) -> None:
    assert KEYWORDS.find(f"{word.lower()}.") is ReplyKeyword.START


@pytest.mark.parametrize(
    "text",
    ["Stóp", "\uff33\uff34\uff2f\uff30", "\ufeffstop", "STOP\u200b", "st\u00adop", "отписка…", "Ŝtop"],
)
def test_accents_widths_and_invisible_characters_do_not_matter(text: str) -> None:
    assert KEYWORDS.find(text) is ReplyKeyword.STOP


@pytest.mark.parametrize(
    "text",
    ["please don't stop", "STOP please", "non-stop", "stopp", "st op", "the end", "", " ", "!", "...", "S.T.O.P", "1"],
)
def test_other_texts_are_no_keyword(text: str) -> None:
    assert KEYWORDS.find(text) is None


def test_a_list_of_the_stack_replaces_the_default() -> None:
    given = KeywordSettings(stop_words=" Arrêt, ,BAJA!", start_words="").keywords()
    assert [given.find(text) for text in ("arret", "Baja", "STOP", "start")] == [
        ReplyKeyword.STOP,
        ReplyKeyword.STOP,
        None,
        ReplyKeyword.START,
    ]


@pytest.mark.parametrize("words", ["", " ", ",", "!,?"])
def test_an_empty_list_stands_for_the_default(words: str) -> None:
    assert KeywordSettings(stop_words=words, start_words=words).keywords() == KEYWORDS


def test_a_word_in_both_lists_ends_messages() -> None:
    assert Keywords.of(["ok"], ["ok"]).find("OK") is ReplyKeyword.STOP
