import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.contracts.enumerations import SmsEncoding
from notifications.contracts.errors import InvalidInput, MissingValue
from notifications.texts.placeholders import (
    MAX_TEXT_LENGTH,
    Placeholder,
    Segments,
    Template,
    parse_name,
    require_storable,
    segments,
)


def render(text: str, **values: str) -> str:
    return Template.parse(text).render(values)


# Placeholders


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello", "Hello"),
        ("{phone}/{operator_code}", "79261234567/926"),
        ("Hello, {name}!", "Hello, Ann!"),
        ("Hello, {name|client}!", "Hello, Ann!"),
        ("Hello, {missing|dear client}!", "Hello, dear client!"),
        ("Hello{missing|}!", "Hello!"),
        ("{missing|a|b}", "a|b"),
        ("{blank|client}", "client"),
        ("{имя}", "Анна"),
        ("{{name}}", "{name}"),
        ("{{{name}}}", "{Ann}"),
        ("{{}}", "{}"),
        ("{name}{name}", "AnnAnn"),
        ("line\nline", "line\nline"),
    ],
)
def test_rendering(text: str, filled: str) -> None:
    client = {"phone": "79261234567", "operator_code": "926", "name": "Ann", "имя": "Анна", "blank": " "}
    assert Template.parse(text).render(client) == filled


def test_placeholders_are_listed_with_their_defaults() -> None:
    placeholders = Template.parse("{name} {name|client} {{x}} {city|}").placeholders
    assert placeholders == (Placeholder("name", None), Placeholder("name", "client"), Placeholder("city", ""))


@pytest.mark.parametrize("values", [{}, {"name": ""}, {"name": "  "}])
def test_a_value_that_is_lacking_is_named(values: dict[str, str]) -> None:
    with pytest.raises(MissingValue, match="has no name") as missing:
        Template.parse("Hello, {name}!").render(values)
    assert missing.value.name == "name"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Hello, {name", r"unbalanced \{ at character 8"),
        ("Hello, name}", r"unbalanced \} at character 12"),
        ("{{name}", r"unbalanced \} at character 7"),
        ("{a{b}}", r"unbalanced \{ at character 1"),
        ("{}", r"invalid placeholder \{\}\. Use a name of 1 to 64 letters"),
        ("{|client}", r"invalid placeholder \{\|client\}\. Use a name of 1 to 64 letters"),
        ("{first name}", r"invalid placeholder \{first name\}\. Use a name of 1 to 64 letters"),
        ("{ name }", r"invalid placeholder \{ name \}\. Use a name of 1 to 64 letters"),
        ("{1st}", r"invalid placeholder \{1st\}\. Use a name of 1 to 64 letters"),
        ("{name!r}", r"invalid placeholder \{name!r\}\. Use a name of 1 to 64 letters"),
        ("{name.real}", r"invalid placeholder \{name\.real\}\. Use a name of 1 to 64 letters"),
        ("", "must have 1 to 4096 characters"),
        ("a" * (MAX_TEXT_LENGTH + 1), "must have 1 to 4096 characters"),
        ("a\0b", "must not have NUL"),
        ("a\ud800b", "must not have halves"),
    ],
)
def test_texts_that_are_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=rf"^text: {reason}") as refusal:
        Template.parse(text)
    assert refusal.value.field == "text"


def test_the_longest_text_is_taken() -> None:
    assert render("я" * MAX_TEXT_LENGTH) == "я" * MAX_TEXT_LENGTH


def test_names_compare_as_they_look() -> None:
    assert Template.parse("{и\u0306}").render({"\u0439": "x"}) == "x"
    assert parse_name("и\u0306") == "\u0439"


@pytest.mark.parametrize("name", ["", "a b", "a-b", "1a", "a" * 65, "a\n", "a|b", "{a}"])
def test_names_that_no_placeholder_could_have_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=r'(?s)^name: invalid name ".*"\. Use 1 to 64 letters'):
        parse_name(name)


def test_what_cannot_be_stored_is_refused_by_its_field() -> None:
    require_storable("city", "Saint\nPetersburg 🏰")
    with pytest.raises(InvalidInput, match=r"^city: must not have NUL"):
        require_storable("city", "\0")


storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(storable.filter(bool))
def test_values_go_in_as_they_are(value: str) -> None:
    assert render("<{value|}>", value=value) == f"<{'' if value.isspace() else value}>"
    assert render("<{a}{b}>", a="{b}", b="{{a}}") == "<{b}{{a}}>"


@given(storable.filter(bool))
def test_doubled_braces_give_any_text_back(text: str) -> None:
    assert render(text.replace("{", "{{").replace("}", "}}")) == text


@given(st.text("{}|ab ", min_size=1, max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        template = Template.parse(text)
    except InvalidInput:
        return
    values = {placeholder.name: "value" for placeholder in template.placeholders}
    assert isinstance(template.render(values), str)


# SMS segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(SmsEncoding.GSM_7, 0, 1)),
        ("a" * 160, Segments(SmsEncoding.GSM_7, 160, 1)),
        ("a" * 161, Segments(SmsEncoding.GSM_7, 161, 2)),
        ("a" * 306, Segments(SmsEncoding.GSM_7, 306, 2)),
        ("a" * 307, Segments(SmsEncoding.GSM_7, 307, 3)),
        ("€" * 80, Segments(SmsEncoding.GSM_7, 160, 1)),
        ("€" * 81, Segments(SmsEncoding.GSM_7, 162, 2)),
        # 152 septets and a pair that would be split: it opens the next segment.
        ("a" * 152 + "€" + "a" * 151, Segments(SmsEncoding.GSM_7, 305, 2)),
        ("a" * 152 + "€" + "a" * 152, Segments(SmsEncoding.GSM_7, 306, 3)),
        ("я" * 70, Segments(SmsEncoding.UCS_2, 70, 1)),
        ("я" * 71, Segments(SmsEncoding.UCS_2, 71, 2)),
        ("я" * 134, Segments(SmsEncoding.UCS_2, 134, 2)),
        ("я" * 135, Segments(SmsEncoding.UCS_2, 135, 3)),
        ("😀" * 35, Segments(SmsEncoding.UCS_2, 70, 1)),
        ("😀" * 36, Segments(SmsEncoding.UCS_2, 72, 2)),
        ("я" * 66 + "😀" + "я" * 65, Segments(SmsEncoding.UCS_2, 133, 2)),
        ("я" * 66 + "😀" + "я" * 66, Segments(SmsEncoding.UCS_2, 134, 3)),
        ("a" * 70 + "`", Segments(SmsEncoding.UCS_2, 71, 2)),
    ],
)
def test_segments(text: str, expected: Segments) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize(
    "character", [*string.ascii_letters, *string.digits, *"@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡¿§ÄÖÑÜäöñüà\n\r "]
)
def test_basic_characters_take_one_septet(character: str) -> None:
    assert segments(character) == Segments(SmsEncoding.GSM_7, 1, 1)


@pytest.mark.parametrize("character", "^{}\\[~]|€\f")
def test_extended_characters_take_two_septets(character: str) -> None:
    assert segments(character) == Segments(SmsEncoding.GSM_7, 2, 1)


@pytest.mark.parametrize("character", "`çáâêëíîïóôúûÁÈΑЁя\t“”…№₽\u00a0")
def test_other_characters_need_ucs_2(character: str) -> None:
    assert segments(character) == Segments(SmsEncoding.UCS_2, 1, 1)


long_texts = st.text("a€", min_size=140, max_size=500) | st.text("я😀", min_size=60, max_size=250)


@given(storable | long_texts)
def test_segments_hold_the_text_and_none_is_spare(text: str) -> None:
    found = segments(text)
    alone, joined = {"GSM-7": (160, 153), "UCS-2": (70, 67)}[found.encoding]
    if found.encoding == "UCS-2":
        assert found.characters == len(text.encode("utf-16-le")) // 2
    if found.characters <= alone:
        assert found.count == 1
    else:
        # Only a pair that would be split leaves a unit unused, so a segment is full but for one unit.
        assert found.count * joined >= found.characters > (found.count - 1) * (joined - 1)
