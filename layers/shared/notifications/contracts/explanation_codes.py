"""Codes of an explanation, for machines, and their English phrases, for people: rules, their facts, and verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from notifications.contracts.phrases import Json, Params, fill, nested


class RuleName(StrEnum):
    """Names of the rules for sending a message now."""

    FILTER = auto()
    AUDIENCE = auto()
    START = auto()
    END = auto()
    MAILING = auto()
    ZONE = auto()
    WINDOW = auto()
    DUE = auto()
    ATTEMPTS = auto()
    PROVIDER = auto()
    TEXT = auto()


class FactCode(StrEnum):
    """Codes of the facts that decide the rules."""

    FILTER_EVERYONE = auto()
    FILTER_TAGS = auto()
    FILTER_OPERATOR_CODES = auto()
    FILTER_TAGS_AND_OPERATOR_CODES = auto()
    IN_AUDIENCE = auto()
    AUDIENCE_NOT_FIXED = auto()
    NOT_IN_AUDIENCE = auto()
    STARTS = auto()
    ENDS = auto()
    MAILING_STATUS = auto()
    LOCAL_TIME = auto()
    ANY_HOUR = auto()
    WINDOW_OPEN = auto()
    WINDOW_OPENS = auto()
    WINDOW_NEVER_OPENS = auto()
    DUE = auto()
    NOT_DUE = auto()
    ATTEMPTS = auto()
    PROVIDER_WORKS = auto()
    PROVIDER_LEFT_ALONE = auto()
    PROVIDER_ASKED_FOR_PAUSE = auto()
    TEXT_FILLED = auto()
    VALUE_MISSING = auto()


class VerdictCode(StrEnum):
    """Codes of the verdicts on a message."""

    SENT = auto()
    GOES_OUT = auto()
    WAITS = auto()
    QUEUED = auto()
    SENDING = auto()
    UNKNOWN = auto()
    FAILED = auto()
    EXPIRED = auto()
    CANCELLED = auto()
    NOT_IN_AUDIENCE = auto()
    CANCELLED_BEFORE_START = auto()
    NOT_SELECTED = auto()
    NOT_STARTED = auto()


FACTS: Mapping[FactCode, str] = {
    FactCode.FILTER_EVERYONE: "the mailing goes to everyone",
    FactCode.FILTER_TAGS: "the mailing goes to any of the tags {tags}",
    FactCode.FILTER_OPERATOR_CODES: "the mailing goes to any of the operator codes {operator_codes}",
    FactCode.FILTER_TAGS_AND_OPERATOR_CODES: (
        "the mailing goes to any of the tags {tags} and any of the operator codes {operator_codes}"
    ),
    FactCode.IN_AUDIENCE: "is in the audience",
    FactCode.AUDIENCE_NOT_FIXED: "the audience is fixed when the mailing starts",
    FactCode.NOT_IN_AUDIENCE: "was not among the clients of the filter when the mailing started",
    FactCode.STARTS: "starts {starts_at}",
    FactCode.ENDS: "ends {ends_at}",
    FactCode.MAILING_STATUS: "the mailing is {status}",
    FactCode.LOCAL_TIME: "in {timezone} it is {local_time}",
    FactCode.ANY_HOUR: "any hour",
    FactCode.WINDOW_OPEN: "{start} to {end} of local time; is open until {closes_at}",
    FactCode.WINDOW_OPENS: "{start} to {end} of local time; opens {opens_at}",
    FactCode.WINDOW_NEVER_OPENS: "{start} to {end} of local time; does not open again before the mailing ends",
    FactCode.DUE: "due {due_at}",
    FactCode.NOT_DUE: "no due time",
    FactCode.ATTEMPTS: "{used} of {limit} used",
    FactCode.PROVIDER_WORKS: "the provider works",
    FactCode.PROVIDER_LEFT_ALONE: "the provider is left alone ({reason}) and tried next {probe_at}",
    FactCode.PROVIDER_ASKED_FOR_PAUSE: "the provider asked for no calls until {until}",
    FactCode.TEXT_FILLED: "every placeholder has a value",
    FactCode.VALUE_MISSING: "the client has no {name}, and the text gives no default for it",
}

VERDICTS: Mapping[VerdictCode, str] = {
    VerdictCode.SENT: "sent {sent_at}",
    VerdictCode.GOES_OUT: "goes out with the next tick",
    VerdictCode.WAITS: "waits: {reasons}",
    VerdictCode.QUEUED: "is on its way: queued since {since}",
    VerdictCode.SENDING: "is on its way: sending since {since}",
    VerdictCode.UNKNOWN: "nobody knows whether it was sent: {reason}",
    VerdictCode.FAILED: "will not be sent: failed {since}, {reason}",
    VerdictCode.EXPIRED: "will not be sent: expired {since}, {reason}",
    VerdictCode.CANCELLED: "will not be sent: cancelled {since}, {reason}",
    VerdictCode.NOT_IN_AUDIENCE: "never: was not among the clients of the filter when the mailing started",
    VerdictCode.CANCELLED_BEFORE_START: "never: the mailing was cancelled before it started",
    VerdictCode.NOT_SELECTED: "not as things stand: {reason}",
    VerdictCode.NOT_STARTED: "not yet: the audience is fixed when the mailing starts, {starts_at}",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Rule for sending the message now, with the fact that decides it.

    Attributes:
        holds: True if the rule allows sending.
        detail: the fact in English.
    """

    rule: RuleName
    holds: bool
    code: FactCode
    params: Params
    detail: str

    def as_param(self) -> dict[str, Json]:
        """Return the fact as a parameter of a verdict."""
        return nested(self.code, self.params, self.detail)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict that follows from the rules. `text` is its English phrase."""

    code: VerdictCode
    params: Params
    text: str


def rule_of(rule: RuleName, holds: bool, code: FactCode, /, **params: Json) -> Rule:
    """Build a rule with the fact that decides it."""
    return Rule(rule, holds, code, params, fill(FACTS[code], params))


def verdict_of(code: VerdictCode, /, **params: Json) -> Verdict:
    """Build a verdict with its text."""
    return Verdict(code, params, fill(VERDICTS[code], params))
