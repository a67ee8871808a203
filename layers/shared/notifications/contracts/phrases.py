"""English phrases: a text with named placeholders for each code, filled in with parameters that JSON can hold."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from string import Formatter

type Json = str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None
type Params = Mapping[str, Json]

# Longest value of a caller that an error repeats: ten thousand of them must fit into one answer.
SHOWN_CHARACTERS = 24


@cache
def placeholders(phrase: str) -> frozenset[str]:
    """Return the names of a phrase's placeholders."""
    return frozenset(name for _, name, _, _ in Formatter().parse(phrase) if name is not None)


def fill(phrase: str, params: Params) -> str:
    """Return the phrase with its placeholders filled in.

    Args:
        params: values by placeholder. A list is joined with commas; a nested reason is shown by its `text`.

    Raises:
        TypeError: the names of the parameters and of the placeholders differ.
    """
    if placeholders(phrase) != params.keys():
        raise TypeError(f"the phrase takes {sorted(placeholders(phrase))}, not {sorted(params)}: {phrase}")
    return phrase.format(**{name: _worded(value) for name, value in params.items()})


def nested(code: str | None, params: Params | None, text: str) -> dict[str, Json]:
    """Return a reason as a parameter of another phrase."""
    return {"code": code, "params": params or {}, "text": text}


def rfc3339(moment: datetime) -> str:
    """Return a moment as a parameter: UTC to the second, such as 2026-11-23T10:00:00Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def shorten(text: str, at_most: int = SHOWN_CHARACTERS) -> str:
    """Return the text, or its beginning and an ellipsis."""
    return text if len(text) <= at_most else f"{text[: at_most - 1]}…"


def _worded(value: Json) -> object:
    match value:
        case {"text": text}:
            return text
        case [{"text": _}, *_]:
            return "; ".join(str(_worded(each)) for each in value)
        case list() | tuple():
            return ", ".join(map(str, value))
        case _:
            return value
