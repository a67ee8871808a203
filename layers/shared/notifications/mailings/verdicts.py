"""Verdict on a message, by its status and the rules for sending it now."""

from collections.abc import Sequence

from notifications.contracts.enumerations import MessageStatus
from notifications.contracts.explanation_codes import Rule, RuleName, Verdict, VerdictCode, verdict_of
from notifications.contracts.phrases import nested, rfc3339
from notifications.messages.history import Message

NO_REASON = "no reason recorded"
# Rules that keep no message of a fixed audience from being sent.
_NO_CONDITIONS = (RuleName.FILTER, RuleName.DELIVERY)
_UNDER_WAY = {MessageStatus.QUEUED: VerdictCode.QUEUED, MessageStatus.SENDING: VerdictCode.SENDING}
_ENDS = {
    MessageStatus.FAILED: VerdictCode.FAILED,
    MessageStatus.EXPIRED: VerdictCode.EXPIRED,
    MessageStatus.CANCELLED: VerdictCode.CANCELLED,
    MessageStatus.SUPPRESSED: VerdictCode.SUPPRESSED,
}

_REFUSING = {RuleName.OPT_OUT, RuleName.CONSENT}


def verdict_of_message(found: Message, rules: Sequence[Rule]) -> Verdict:
    """Return the verdict on a message, given the rules for sending it now."""
    job = next((rule for rule in rules if rule.rule is RuleName.JOB and not rule.holds), None)
    return verdict_of(VerdictCode.AWAITS_JOB, reason=job.as_param()) if job else _verdict_by_status(found, rules)


def _held_back(unmet: Sequence[Rule]) -> Verdict:
    """Return the verdict on a waiting message that a rule holds back, for a while or for good."""
    if refusal := refusing_rule(unmet):
        return verdict_of(VerdictCode.TO_BE_SUPPRESSED, reason=refusal.as_param())
    return verdict_of(VerdictCode.WAITS, reasons=[rule.as_param() for rule in unmet])


def refusing_rule(rules: Sequence[Rule]) -> Rule | None:
    """Return the rule by which the person must not be messaged; None without one."""
    return next((rule for rule in rules if rule.rule in _REFUSING and not rule.holds), None)


def _verdict_by_status(found: Message, rules: Sequence[Rule]) -> Verdict:
    since = rfc3339(found.since)
    reason = nested(found.last_error_code, found.last_error_params, found.last_error or NO_REASON)
    # The sender checks the rules again when it receives a message from the queue.
    unmet = [rule for rule in rules if not rule.holds and rule.rule not in _NO_CONDITIONS]
    match found.status:
        case MessageStatus.SENT:
            return verdict_of(VerdictCode.SENT, sent_at=rfc3339(found.sent_at or found.since))
        case MessageStatus.PENDING | MessageStatus.QUEUED if unmet:
            return _held_back(unmet)
        case MessageStatus.PENDING:
            return verdict_of(VerdictCode.GOES_OUT)
        case MessageStatus.QUEUED | MessageStatus.SENDING as status:
            return verdict_of(_UNDER_WAY[status], since=since)
        case MessageStatus.UNKNOWN:
            return verdict_of(VerdictCode.UNKNOWN, reason=reason)
        case status:
            return verdict_of(_ENDS[status], since=since, reason=reason)
