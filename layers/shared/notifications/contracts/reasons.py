"""Reasons why a message is not sent or not yet: a code for machines, and one English phrase each, for people.

`{words}` in a phrase stands for text from outside, such as the provider's answer. Only the English text has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from notifications.contracts.phrases import Json, Params, fill, nested

WORDS = "words"
# Stands for text from outside that was erased.
ERASED_WORDS = "[erased]"


class Reason(StrEnum):
    """Codes of the reasons why a message is not sent or not yet."""

    # Before a call.
    WINDOW_NEVER_OPENS = auto()
    WINDOW_NEVER_OPENS_AGAIN = auto()
    MAILING_ENDED = auto()
    MAILING_CANCELLED = auto()
    CANCELLED_BEFORE_SENT = auto()
    NOT_SENT_IN_TIME = auto()
    CLIENT_DELETED = auto()
    OPTED_OUT = auto()
    NO_CONSENT = auto()
    CLIENT_ERASED = auto()
    PROVIDER_REMOVED = auto()
    MISSING_VALUE = auto()
    TEXT_BLANK = auto()
    TEXT_LENGTH = auto()
    TEXT_SEGMENTS = auto()
    # Answers of the provider, and failed calls.
    PROVIDER_UNREACHABLE = auto()
    PROVIDER_UNAVAILABLE = auto()
    PROVIDER_THROTTLED = auto()
    PROVIDER_REJECTED = auto()
    PROVIDER_REPEATED = auto()
    PROVIDER_UNAUTHORIZED = auto()
    PROVIDER_UNKNOWN_OUTCOME = auto()
    PROVIDER_TIMEOUT = auto()
    CONNECTION_BROKEN = auto()
    # Failures of the sender.
    TOKEN_UNREADABLE = auto()
    TOKEN_INVALID = auto()
    PROVIDER_SETTINGS = auto()
    SENDER_FAILED = auto()
    WORKER_DIED = auto()
    # Consequences of failures.
    REFUSED_LATER = auto()
    OUTCOME_UNKNOWN = auto()
    HELD = auto()
    GIVEN_UP = auto()
    RESTORED = auto()
    DEAD_LETTER = auto()
    UNREADABLE_RECORD = auto()
    # All errors of a mailing beyond the first hundred kinds.
    OTHER = auto()


PHRASES: Mapping[Reason, str] = {
    Reason.WINDOW_NEVER_OPENS: "the send window never opens in this time zone before the mailing ends",
    Reason.WINDOW_NEVER_OPENS_AGAIN: "the send window does not open again before the mailing ends",
    Reason.MAILING_ENDED: "the mailing ended before the message was sent",
    Reason.MAILING_CANCELLED: "the mailing was cancelled",
    Reason.CANCELLED_BEFORE_SENT: "cancelled before it was sent",
    Reason.NOT_SENT_IN_TIME: "the message was not sent in time",
    Reason.CLIENT_DELETED: "the client was deleted",
    Reason.OPTED_OUT: "the person has opted out",
    Reason.NO_CONSENT: "the client has not consented to marketing messages",
    Reason.CLIENT_ERASED: "the data of the person was erased",
    Reason.PROVIDER_REMOVED: "the provider of the last call is no longer configured",
    Reason.MISSING_VALUE: "the client has no {name}, and the text gives no default for it",
    Reason.TEXT_BLANK: "the text, filled in for the client, has nothing visible",
    Reason.TEXT_LENGTH: "the text, filled in for the client, has more than {max_length} characters",
    Reason.TEXT_SEGMENTS: "the text, filled in for the client, takes {segments} SMS; at most {max_segments} are sent",
    Reason.PROVIDER_UNREACHABLE: "no connection to the provider: {words}",
    Reason.PROVIDER_UNAVAILABLE: "{words}",
    Reason.PROVIDER_THROTTLED: "{words}",
    Reason.PROVIDER_REJECTED: "{words}",
    Reason.PROVIDER_REPEATED: "{words}",
    Reason.PROVIDER_UNAUTHORIZED: "{words}",
    Reason.PROVIDER_UNKNOWN_OUTCOME: "{words}",
    Reason.PROVIDER_TIMEOUT: "the provider did not answer within {seconds:g} s",
    Reason.CONNECTION_BROKEN: "the connection to the provider broke: {words}",
    Reason.TOKEN_UNREADABLE: "the provider's token cannot be read: {error}",
    Reason.TOKEN_INVALID: "the provider's token has characters that an HTTP header must not have",
    Reason.PROVIDER_SETTINGS: "the provider's settings cannot be used: {error}",
    Reason.SENDER_FAILED: "unexpected error in the sender: {error}",
    Reason.WORKER_DIED: "the sender crashed or timed out during the call",
    Reason.REFUSED_LATER: "the provider reported later that it had not taken the message",
    Reason.OUTCOME_UNKNOWN: "the outcome is unknown",
    Reason.HELD: "{reason}; the provider may have accepted the message",
    Reason.GIVEN_UP: "an operator gave up on the message: {reason}",
    Reason.RESTORED: ("the database was restored from a copy of {restored_from}; the message may have been sent since"),
    Reason.DEAD_LETTER: "the sender crashed, timed out or had no database in each of five deliveries from the queue",
    Reason.UNREADABLE_RECORD: "the queue record is not a valid message",
    Reason.OTHER: "other reasons",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """Reason why a message is not sent, with its parameters and English text.

    Attributes:
        params: parameters without text from outside; None for none.
    """

    code: Reason
    params: Params | None
    text: str

    def as_param(self) -> dict[str, Json]:
        """Return the cause as a parameter of another one."""
        return nested(self.code, self.params, self.text)


def cause(code: Reason, /, **params: Json) -> Cause:
    """Build the cause of a reason.

    Args:
        code: the reason.
        params: values of its phrase's placeholders.
    """
    text = fill(PHRASES[code], params)
    kept = {name: value for name, value in params.items() if name != WORDS}
    return Cause(code, kept or None, text)


def without_words(code: str | None, params: Params | None) -> Cause:
    """Return a stored cause with `ERASED_WORDS` in place of all text from outside.

    Args:
        code: the stored code; a text without a known code is from outside as a whole.
        params: the stored parameters.
    """
    reason = reason_from_code(code)
    if reason is None:
        return cause(Reason.CLIENT_ERASED)
    kept: dict[str, Json] = dict(params or {})
    match kept.get("reason"):
        case {"code": str() as inner_code, **inner}:
            inner_params = inner.get("params")
            nested_params = inner_params if isinstance(inner_params, dict) else None
            kept["reason"] = without_words(inner_code, nested_params).as_param()
    if "error" in kept:
        kept["error"] = ERASED_WORDS
    return cause(reason, **kept, **({WORDS: ERASED_WORDS} if f"{{{WORDS}}}" in PHRASES[reason] else {}))


def reason_from_code(code: str | None) -> Reason | None:
    """Return the reason for a stored code; None without a code, or for a code of a newer version."""
    return Reason(code) if code is not None and code in Reason else None
