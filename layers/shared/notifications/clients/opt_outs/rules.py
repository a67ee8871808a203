"""Rules of an explanation by which a person may be messaged: opt-out and consent."""

from sqlalchemy import Connection

from notifications.clients.client import Client
from notifications.clients.opt_outs import repository as opt_outs
from notifications.contracts.enumerations import Category, OptOutScope
from notifications.contracts.explanation_codes import FactCode, Rule, RuleName, rule_of
from notifications.contracts.phrases import rfc3339

_FACTS = {OptOutScope.ALL: FactCode.OPTED_OUT_OF_ALL, OptOutScope.MARKETING: FactCode.OPTED_OUT_OF_MARKETING}


def opt_out_rule(connection: Connection, person: Client, category: Category) -> Rule:
    """Return the rule that the person has not opted out of a category."""
    found = opt_outs.find(connection, person.phone)
    if found is None:
        return rule_of(RuleName.OPT_OUT, True, FactCode.NOT_OPTED_OUT)
    return rule_of(RuleName.OPT_OUT, not found.scope.covers(category), _FACTS[found.scope], at=rfc3339(found.at))


def consent_rule(person: Client, category: Category, *, requires_consent: bool) -> Rule:
    """Return the rule that the client has consented to marketing, where it needs consent."""
    if not requires_consent or category is not Category.MARKETING:
        return rule_of(RuleName.CONSENT, True, FactCode.CONSENT_NOT_NEEDED)
    if person.consent_at is None:
        return rule_of(RuleName.CONSENT, False, FactCode.CONSENT_MISSING)
    return rule_of(RuleName.CONSENT, True, FactCode.CONSENT_GIVEN, at=rfc3339(person.consent_at))
