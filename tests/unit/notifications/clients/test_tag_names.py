import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.clients.tags.names import parse_tag, tag_key
from notifications.contracts.errors import InvalidInput


def test_a_tag_is_trimmed_and_normalised_and_keeps_its_case() -> None:
    assert parse_tag("  VIP клиент ") == "VIP клиент"
    assert parse_tag("Cafe\u0301") == "Caf\u00e9"


@pytest.mark.parametrize("length", [1, 64])
def test_tag_has_1_to_64_characters(length: int) -> None:
    assert parse_tag("я" * length) == "я" * length


@pytest.mark.parametrize(
    "tag",
    ["", "   ", "a" * 65, "a;b", "a|b", "a\0b", "a\nb", "a\tb", "\u200b", "a\u202eb", "a\u00a0b", "\ud800", "\ue000"],
)
def test_other_tags_are_refused(tag: str) -> None:
    with pytest.raises(InvalidInput, match=r"^tag: "):
        parse_tag(tag)


@given(st.text(max_size=70))
@example("İ")
@example("ß")
def test_a_normalised_tag_stays_and_compares_without_case(text: str) -> None:
    try:
        tag = parse_tag(text)
    except InvalidInput:
        return
    assert parse_tag(tag) == tag
    assert tag_key(tag) == tag_key(text) == tag_key(tag_key(tag))
    assert unicodedata.is_normalized("NFC", tag_key(tag))


@pytest.mark.parametrize(("one", "other"), [("VIP", "vip"), ("Straße", "STRASSE"), ("КЛИЕНТ", "клиент")])
def test_tags_that_differ_in_case_have_one_key(one: str, other: str) -> None:
    assert tag_key(one) == tag_key(other)
