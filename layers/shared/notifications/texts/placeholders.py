"""Message texts with placeholders for clients' values.

`Hello, {name|client}!` renders the client's `name`, or `client` if there is none. `{{` and `}}` stand for braces.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from notifications.contracts.characters import require_visible
from notifications.contracts.errors import InvalidInput, MissingValue
from notifications.contracts.phrases import shorten
from notifications.contracts.problem_codes import ProblemCode
from notifications.texts.storable import require_storable
from notifications.texts.visibility import has_visible

MAX_TEXT_LENGTH = 4096
MAX_NAME_LENGTH = 64

_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<placeholder>[^{}]*)\}|(?P<stray>[{}])|[^{}]+")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Placeholder for a client's value. If `default` is None, each client must have one."""

    name: str
    default: str | None

    @classmethod
    def parse(cls, inside: str) -> Self:
        """Parse the text between the braces: `name` or `name|default`."""
        name, has_default, default = inside.partition("|")
        try:
            return cls(parse_name(name), default if has_default else None)
        except InvalidInput as error:
            if error.code == ProblemCode.INVISIBLE_CHARACTER:
                raise error.at("text") from None
            raise InvalidInput(
                "text",
                ProblemCode.PLACEHOLDER_FORMAT,
                placeholder=shorten(inside, MAX_NAME_LENGTH),
                max_length=MAX_NAME_LENGTH,
            ) from None

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the client's value, or the default if there is none or it has nothing visible.

        Raises:
            MissingValue: there is neither.
        """
        value = values.get(self.name)
        if value and has_visible(value):
            return value
        if self.default is None:
            raise MissingValue(self.name)
        return self.default


@dataclass(frozen=True, slots=True)
class Template:
    """Parsed text."""

    parts: tuple[str | Placeholder, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a text of 1 to 4,096 characters.

        Raises:
            InvalidInput: its length, a character, a brace or a placeholder is not valid.
        """
        if not 1 <= len(text) <= MAX_TEXT_LENGTH:
            raise InvalidInput("text", ProblemCode.TEXT_LENGTH, max_length=MAX_TEXT_LENGTH)
        require_storable("text", text)
        return cls(tuple(_parts(text)))

    @classmethod
    def parse_draft(cls, text: str) -> Self:
        """Parse the text of a draft. A text that is not valid yet counts as empty."""
        try:
            return cls.parse(text)
        except InvalidInput:
            return cls(())

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """Return the placeholders in the order of the text. A name may repeat, with other defaults."""
        return tuple(part for part in self.parts if isinstance(part, Placeholder))

    @property
    def own_words(self) -> str:
        """Return the text without its placeholders."""
        return "".join(part for part in self.parts if isinstance(part, str))

    def render(self, values: Mapping[str, str]) -> str:
        """Render the text for one client.

        Args:
            values: the client's values by name. Braces in them have no meaning.

        Raises:
            MissingValue: a value without a default is missing.
        """
        return "".join(part if isinstance(part, str) else part.fill(values) for part in self.parts)


def parse_name(name: str) -> str:
    """Check the name of an attribute, and return it in NFC.

    Raises:
        InvalidInput: it does not have 1 to 64 letters of any script, digits or `_`, or begins with a digit.
    """
    name = unicodedata.normalize("NFC", name)
    if not (name.isidentifier() and len(name) <= MAX_NAME_LENGTH):
        require_visible("name", name)
        raise InvalidInput("name", ProblemCode.NAME_FORMAT, name=shorten(name), max_length=MAX_NAME_LENGTH)
    return name


def _parts(text: str) -> Iterator[str | Placeholder]:
    for token in _TOKEN.finditer(text):
        if token["stray"]:
            raise InvalidInput("text", ProblemCode.BRACE_UNBALANCED, brace=token["stray"], position=token.start() + 1)
        if token["placeholder"] is not None:
            yield Placeholder.parse(token["placeholder"])
        else:
            yield {"{{": "{", "}}": "}"}.get(token[0], token[0])
