"""Codes of warnings of a mailing that may be created all the same, and one English phrase each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from notifications.contracts.phrases import Json, Params, fill


class WarningCode(StrEnum):
    """Codes of the warnings of a mailing."""

    TAGS_WITHOUT_CLIENTS = auto()
    OPERATOR_CODES_WITHOUT_CLIENTS = auto()
    NAME_DIFFERS_BY_CASE = auto()
    ALL_SUPPRESSED = auto()


PHRASES: Mapping[WarningCode, str] = {
    WarningCode.TAGS_WITHOUT_CLIENTS: "no client has the tags {tags}",
    WarningCode.OPERATOR_CODES_WITHOUT_CLIENTS: "no client has the operator codes {operator_codes}",
    WarningCode.NAME_DIFFERS_BY_CASE: "the placeholder {name} differs only by case from {names}, which clients have",
    WarningCode.ALL_SUPPRESSED: (
        "no client of the filter gets the mailing: opted out {opted_out}, without consent {no_consent}"
    ),
}


@dataclass(frozen=True, slots=True)
class MailingWarning:
    """A warning of a mailing. `text` is its English phrase."""

    code: WarningCode
    params: Params
    text: str


def warning_of(code: WarningCode, /, **params: Json) -> MailingWarning:
    """Build a warning with its text."""
    return MailingWarning(code, params, fill(PHRASES[code], params))
