import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.contracts.errors import InvalidInput, MissingValue
from notifications.texts.placeholders import MAX_TEXT_LENGTH, Placeholder, Template, parse_name
from notifications.texts.visibility import has_visible


def render(text: str, **values: str) -> str:
    return Template.parse(text).render(values)


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
def test_the_error_names_a_missing_value(values: dict[str, str]) -> None:
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
        ("a\ud800b", "must not have unpaired surrogates"),
    ],
)
def test_invalid_texts_are_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=rf"^text: {reason}") as refusal:
        Template.parse(text)
    assert refusal.value.field == "text"


def test_the_longest_text_is_accepted() -> None:
    assert render("я" * MAX_TEXT_LENGTH) == "я" * MAX_TEXT_LENGTH


def test_names_compare_by_their_normalised_form() -> None:
    assert Template.parse("{и\u0306}").render({"\u0439": "x"}) == "x"
    assert parse_name("и\u0306") == "\u0439"


@pytest.mark.parametrize("name", ["", "a b", "a-b", "1a", "a" * 65, "a|b", "{a}"])
def test_names_that_no_placeholder_can_have_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=r'(?s)^name: invalid name ".*"\. Use 1 to 64 letters'):
        parse_name(name)


def test_an_invisible_character_of_a_name_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"^name: has the invisible character U\+000A\. Remove it\."):
        parse_name("a\n")
    with pytest.raises(InvalidInput, match=r"^text: has the invisible character U\+200B\. Remove it\."):
        Template.parse("{na\u200bme|client}")


storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(storable.filter(bool))
def test_values_are_inserted_unchanged(value: str) -> None:
    assert render("<{value|}>", value=value) == f"<{value if has_visible(value) else ''}>"
    assert render("<{a}{b}>", a="{b}", b="{{a}}") == "<{b}{{a}}>"


@given(storable.filter(bool))
def test_any_text_can_be_escaped_by_doubled_braces(text: str) -> None:
    assert render(text.replace("{", "{{").replace("}", "}}")) == text


@given(st.text("{}|ab ", min_size=1, max_size=20))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        template = Template.parse(text)
    except InvalidInput:
        return
    values = {placeholder.name: "value" for placeholder in template.placeholders}
    assert isinstance(template.render(values), str)
