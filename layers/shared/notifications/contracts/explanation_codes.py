"""Codes of an explanation, for machines, and their English phrases, for people: rules, their facts, and verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from notifications.contracts.phrases import Json, Params, fill, nested


class RuleName(StrEnum):
    """Names of the rules for sending a message now."""

    FILTER = auto()
    OPT_OUT = auto()
    CONSENT = auto()
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
    JOB = auto()
    DELIVERY = auto()


class FactCode(StrEnum):
    """Codes of the facts that decide the rules."""

    FILTER_EVERYONE = auto()
    FILTER_TAGS = auto()
    FILTER_OPERATOR_CODES = auto()
    FILTER_TAGS_AND_OPERATOR_CODES = auto()
    NOT_OPTED_OUT = auto()
    OPTED_OUT_OF_ALL = auto()
    OPTED_OUT_OF_MARKETING = auto()
    CONSENT_NOT_NEEDED = auto()
    CONSENT_GIVEN = auto()
    CONSENT_MISSING = auto()
    IN_AUDIENCE = auto()
    AUDIENCE_NOT_FIXED = auto()
    NOT_IN_AUDIENCE = auto()
    MESSAGES_REMOVED = auto()
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
    BREAKER_OPEN = auto()
    PROVIDER_ASKED_FOR_PAUSE = auto()
    TEXT_FILLED = auto()
    VALUE_MISSING = auto()
    TEXT_UNSENDABLE = auto()
    TEXT_NOT_VALID = auto()
    NO_JOB = auto()
    JOB_TO_SEND = auto()
    JOB_TO_GIVE_UP = auto()
    NO_RECEIPT = auto()
    DELIVERED = auto()
    DELAYED = auto()
    UNDELIVERABLE = auto()
    UNCONFIRMED = auto()


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
    SUPPRESSED = auto()
    TO_BE_SUPPRESSED = auto()
    NOT_IN_AUDIENCE = auto()
    CANCELLED_BEFORE_START = auto()
    NOT_SELECTED = auto()
    NOT_STARTED = auto()
    NOT_LAUNCHED = auto()
    AWAITS_JOB = auto()
    MESSAGES_REMOVED = auto()


FACTS: Mapping[FactCode, str] = {
    FactCode.FILTER_EVERYONE: "the mailing goes to everyone",
    FactCode.FILTER_TAGS: "the mailing goes to any of the tags {tags}",
    FactCode.FILTER_OPERATOR_CODES: "the mailing goes to any of the operator codes {operator_codes}",
    FactCode.FILTER_TAGS_AND_OPERATOR_CODES: (
        "the mailing goes to any of the tags {tags} and any of the operator codes {operator_codes}"
    ),
    FactCode.NOT_OPTED_OUT: "the person has not opted out",
    FactCode.OPTED_OUT_OF_ALL: "the person opted out of all messages at {at}",
    FactCode.OPTED_OUT_OF_MARKETING: "the person opted out of marketing at {at}",
    FactCode.CONSENT_NOT_NEEDED: "the mailing needs no consent",
    FactCode.CONSENT_GIVEN: "the client consented to marketing at {at}",
    FactCode.CONSENT_MISSING: "the client has not consented to marketing",
    FactCode.IN_AUDIENCE: "the client is in the audience",
    FactCode.AUDIENCE_NOT_FIXED: "the audience is fixed when the mailing starts",
    FactCode.NOT_IN_AUDIENCE: "the filter did not match the client when the mailing started",
    FactCode.MESSAGES_REMOVED: "messages of the mailing were removed by retention on {removed_at}",
    FactCode.STARTS: "the mailing starts at {starts_at}",
    FactCode.ENDS: "the mailing ends at {ends_at}",
    FactCode.MAILING_STATUS: "the mailing is {status}",
    FactCode.LOCAL_TIME: "the local time in {timezone} is {local_time}",
    FactCode.ANY_HOUR: "the mailing has no send window",
    FactCode.WINDOW_OPEN: "the send window, {start} to {end} in local time, is open until {closes_at}",
    FactCode.WINDOW_OPENS: "the send window, {start} to {end} in local time, opens at {opens_at}",
    FactCode.WINDOW_NEVER_OPENS: (
        "the send window, {start} to {end} in local time, does not open again before the mailing ends"
    ),
    FactCode.DUE: "the message is due at {due_at}",
    FactCode.NOT_DUE: "the message has no due time",
    FactCode.ATTEMPTS: "{used} of {limit} attempts are used",
    FactCode.PROVIDER_WORKS: "the provider works",
    FactCode.BREAKER_OPEN: "sending is paused because the provider fails ({reason}), next try at {probe_at}",
    FactCode.PROVIDER_ASKED_FOR_PAUSE: "the provider asked for a pause until {until}",
    FactCode.TEXT_FILLED: "every placeholder has a value",
    FactCode.VALUE_MISSING: "the client has no {name}, and the text gives no default for it",
    FactCode.TEXT_UNSENDABLE: "the text cannot be sent to the client: {reason}",
    FactCode.TEXT_NOT_VALID: "the draft's text is not valid yet",
    FactCode.NO_JOB: "no job is to change the message",
    FactCode.JOB_TO_SEND: "job {job_id} is to send the message again",
    FactCode.JOB_TO_GIVE_UP: "job {job_id} is to give up the message",
    FactCode.NO_RECEIPT: "the provider has sent no receipt of the whole message",
    FactCode.DELIVERED: "the provider has delivered the message at {at}",
    FactCode.DELAYED: "the provider has not delivered the message by {at}, and goes on trying (cause: {cause})",
    FactCode.UNDELIVERABLE: "the provider gave up at {at} to deliver the message (cause: {cause})",
    FactCode.UNCONFIRMED: "the provider has sent no receipt by {at}",
}

VERDICTS: Mapping[VerdictCode, str] = {
    VerdictCode.SENT: "sent at {sent_at}",
    VerdictCode.GOES_OUT: "will be sent within a minute",
    VerdictCode.WAITS: "waits: {reasons}",
    VerdictCode.QUEUED: "queued since {since}",
    VerdictCode.SENDING: "being sent since {since}",
    VerdictCode.UNKNOWN: "the outcome is unknown, and the message waits for a decision: {reason}",
    VerdictCode.FAILED: "will not be sent: failed at {since}, {reason}",
    VerdictCode.EXPIRED: "will not be sent: expired at {since}, {reason}",
    VerdictCode.CANCELLED: "will not be sent: cancelled at {since}, {reason}",
    VerdictCode.SUPPRESSED: "will not be sent: suppressed at {since}, {reason}",
    VerdictCode.TO_BE_SUPPRESSED: "will not be sent: {reason}",
    VerdictCode.NOT_IN_AUDIENCE: "will not be sent: the filter did not match the client when the mailing started",
    VerdictCode.CANCELLED_BEFORE_START: "will not be sent: the mailing was cancelled before it started",
    VerdictCode.NOT_SELECTED: "would not be sent if the mailing started now: {reason}",
    VerdictCode.NOT_LAUNCHED: "will not be sent before the mailing, a draft, is launched",
    VerdictCode.AWAITS_JOB: "{reason}; it has not come to the message yet",
    VerdictCode.MESSAGES_REMOVED: (
        "no longer known: messages of the mailing were removed by retention on {removed_at}"
    ),
    VerdictCode.NOT_STARTED: "not sent yet: the audience is fixed when the mailing starts, {starts_at}",
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
