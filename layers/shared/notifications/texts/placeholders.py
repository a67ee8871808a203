"""A mailing's text: placeholders that each client fills in, and how many SMS segments the result takes.

`Hello, {name|client}!` takes the client's `name`, or `client` if there is none. `{{` and `}}` stand for braces.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from notifications.contracts.enumerations import SmsEncoding
from notifications.contracts.errors import InvalidInput, MissingValue
from notifications.contracts.phrases import shorten
from notifications.contracts.problem_codes import ProblemCode

MAX_TEXT_LENGTH = 4096
MAX_NAME_LENGTH = 64

_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<placeholder>[^{}]*)\}|(?P<stray>[{}])|[^{}]+")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place in a text for a client's own value; without a default, each client must have one."""

    name: str
    default: str | None

    @classmethod
    def parse(cls, inside: str) -> Self:
        """A placeholder from what stands between its braces: `name` or `name|default`."""
        name, has_default, default = inside.partition("|")
        try:
            return cls(parse_name(name), default if has_default else None)
        except InvalidInput:
            raise InvalidInput(
                "text",
                ProblemCode.PLACEHOLDER_FORMAT,
                placeholder=shorten(inside, MAX_NAME_LENGTH),
                max_length=MAX_NAME_LENGTH,
            ) from None

    def fill(self, values: Mapping[str, str]) -> str:
        """The client's value as it is, else the default. A blank value counts as none."""
        value = values.get(self.name)
        if value and not value.isspace():
            return value
        if self.default is None:
            raise MissingValue(self.name)
        return self.default


@dataclass(frozen=True, slots=True)
class Template:
    """A text, read once and filled in for each client."""

    parts: tuple[str | Placeholder, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a text of 1 to 4,096 characters; InvalidInput says what is wrong with it and names the placeholder."""
        if not 1 <= len(text) <= MAX_TEXT_LENGTH:
            raise InvalidInput("text", ProblemCode.TEXT_LENGTH, max_length=MAX_TEXT_LENGTH)
        require_storable("text", text)
        return cls(tuple(_parts(text)))

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """The placeholders in the order of the text. A name may come again, with another default or none."""
        return tuple(part for part in self.parts if isinstance(part, Placeholder))

    def render(self, values: Mapping[str, str]) -> str:
        """The text for one client.

        Args:
            values: the client's values by name. They go in as they are: braces in them mean nothing. Where one is
                lacking that the text needs, MissingValue.
        """
        return "".join(part if isinstance(part, str) else part.fill(values) for part in self.parts)


def parse_name(name: str) -> str:
    """The name of a client's attribute, as a placeholder may use it: letters, digits and `_`, no digit first.

    Any script will do. The name comes back in Unicode's composed form (NFC), so that names compare as they look.
    """
    name = unicodedata.normalize("NFC", name)
    if not (name.isidentifier() and len(name) <= MAX_NAME_LENGTH):
        raise InvalidInput("name", ProblemCode.NAME_FORMAT, name=shorten(name), max_length=MAX_NAME_LENGTH)
    return name


def require_storable(field: str, text: str) -> None:
    """InvalidInput for what neither PostgreSQL nor UTF-8 can hold: NUL characters and halves of surrogate pairs."""
    if "\0" in text:
        raise InvalidInput(field, ProblemCode.NUL_CHARACTER)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput(field, ProblemCode.SURROGATE_CHARACTER)


def _parts(text: str) -> Iterator[str | Placeholder]:
    for token in _TOKEN.finditer(text):
        if token["stray"]:
            raise InvalidInput("text", ProblemCode.BRACE_UNBALANCED, brace=token["stray"], position=token.start() + 1)
        if token["placeholder"] is not None:
            yield Placeholder.parse(token["placeholder"])
        else:
            yield {"{{": "{", "}}": "}"}.get(token[0], token[0])


# GSM 03.38 (3GPP TS 23.038, section 6.2.1): the basic set costs one septet a character, the extension table two.
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM = _GSM_BASIC | _GSM_EXTENSION


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text takes as SMS.

    Attributes:
        encoding: GSM-7 if the alphabet of GSM 03.38 has every character, else UCS-2.
        characters: the length in units of the encoding: septets of GSM-7, 16-bit units of UCS-2.
        count: how many segments are sent and paid for.
    """

    encoding: SmsEncoding
    characters: int
    count: int


def segments(text: str) -> Segments:
    """Count a text's SMS segments.

    One segment holds 160 septets or 70 units. Of a longer text each holds 153 or 67, the rest being a header; a
    character of two septets or units is never split.
    """
    if _GSM.issuperset(text):
        costs = [2 if character in _GSM_EXTENSION else 1 for character in text]
        return Segments(SmsEncoding.GSM_7, sum(costs), _count(costs, alone=160, joined=153))
    costs = [2 if character > "\uffff" else 1 for character in text]
    return Segments(SmsEncoding.UCS_2, sum(costs), _count(costs, alone=70, joined=67))


def _count(costs: Sequence[int], *, alone: int, joined: int) -> int:
    if sum(costs) <= alone:
        return 1
    count, used = 1, 0
    for cost in costs:
        if used + cost > joined:
            count, used = count + 1, 0
        used += cost
    return count
