"""Rule of the providers in an explanation: one of them can be called for the message."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from notifications.contracts.explanation_codes import FactCode, Rule, RuleName, rule_of
from notifications.contracts.phrases import nested, rfc3339
from notifications.providers import health
from notifications.providers.health import State


def provider_rule(connection: Connection, names: Iterable[str], *, now: datetime) -> Rule:
    """Build the rule for a message that these providers may send. It holds if one of them works.

    Args:
        names: at least one name.
    """
    states = health.load_states(connection)
    rules = [_rule(states.get(each, health.HEALTHY), now) for each in names]
    return next((rule for rule in rules if rule.holds), rules[0])


def _rule(state: State, now: datetime) -> Rule:
    breaker, limiter = state
    if breaker.probe_at is not None:
        reason = nested(breaker.reason_code, breaker.reason_params, breaker.reason or "it fails")
        probe_at = rfc3339(breaker.probe_at)
        return rule_of(RuleName.PROVIDER, False, FactCode.BREAKER_OPEN, reason=reason, probe_at=probe_at)
    if limiter.hold_until is not None and limiter.is_held(now):
        until = rfc3339(limiter.hold_until)
        return rule_of(RuleName.PROVIDER, False, FactCode.PROVIDER_ASKED_FOR_PAUSE, until=until)
    return rule_of(RuleName.PROVIDER, True, FactCode.PROVIDER_WORKS)
