"""Table of a provider's answers: each is an acceptance, a certain refusal, or leaves the outcome unknown.

docs/reliability.md shows the table with all forms of an answer.
"""

import json
from collections.abc import Container, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, auto
from typing import Any

from notifications.contracts.enumerations import Http500Meaning


class Meaning(StrEnum):
    """Meanings of an answer for the message of the call.

    `ACCEPTED` and `UNKNOWN` are what they say. `REPEATED` refuses a message that the provider has accepted before. All
    others say that the provider certainly did not accept the message.
    """

    ACCEPTED = auto()
    TRANSIENT = auto()
    THROTTLED = auto()
    PERMANENT = auto()
    UNAUTHORIZED = auto()
    REPEATED = auto()
    UNKNOWN = auto()


class Body(StrEnum):
    """Kinds of bodies, by the `code` in their JSON. `UNCLEAR` has no number as `code`, or is no whole JSON object."""

    CODE_ZERO = auto()
    OTHER_CODE = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """Row of the table.

    Attributes:
        statuses: HTTP statuses to which it applies, unless an earlier row does.
        body: kind of body to which it applies; None for any.
    """

    statuses: Container[int]
    meaning: Meaning
    body: Body | None = None


type Table = Sequence[Rule]

TABLE: Table = (
    Rule({200}, Meaning.ACCEPTED, Body.CODE_ZERO),
    Rule({200}, Meaning.TRANSIENT, Body.OTHER_CODE),
    Rule(range(200, 300), Meaning.UNKNOWN),
    Rule(range(300, 400), Meaning.TRANSIENT),
    Rule({400, 413, 422}, Meaning.PERMANENT),
    Rule({401, 403}, Meaning.UNAUTHORIZED),
    Rule({409}, Meaning.REPEATED),
    Rule({429}, Meaning.THROTTLED),
    Rule(range(400, 500), Meaning.TRANSIENT),
    Rule({501, 503}, Meaning.TRANSIENT),
    Rule(range(500, 600), Meaning.UNKNOWN),
)
_TABLES = {
    Http500Meaning.UNKNOWN: TABLE,
    Http500Meaning.NOT_ACCEPTED: (Rule({500}, Meaning.TRANSIENT), *TABLE),
}


def table_of(http_500: Http500Meaning) -> Table:
    """Return the table for a provider by its meaning of HTTP 500."""
    return _TABLES[http_500]


def meaning_of(status: int, body: Body, table: Table = TABLE) -> Meaning:
    """Return the meaning of an answer. A status outside the table leaves the outcome unknown."""
    return next(
        (rule.meaning for rule in table if status in rule.statuses and rule.body in {None, body}),
        Meaning.UNKNOWN,
    )


def kind_of(body: bytes) -> Body:
    """Return the kind of a body that was read to its end."""
    try:
        answer = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError):
        return Body.UNCLEAR
    code = answer.get("code") if isinstance(answer, dict) else None
    if isinstance(code, bool) or not isinstance(code, int | Decimal):
        return Body.UNCLEAR
    return Body.OTHER_CODE if code else Body.CODE_ZERO


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
