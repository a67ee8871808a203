"""Facts about the delivery of a message, for its explanation."""

from sqlalchemy import Connection, select

from notifications.contracts.enumerations import Delivery
from notifications.contracts.explanation_codes import FactCode, Rule, RuleName, rule_of
from notifications.contracts.phrases import rfc3339
from notifications.database.tables import delivery
from notifications.messages.history import Message

# Shown where the provider has given neither a code nor words.
NO_CAUSE = "?"
_WITH_CAUSE = (FactCode.DELAYED, FactCode.UNDELIVERABLE)
_FACTS = {
    Delivery.DELIVERED: FactCode.DELIVERED,
    Delivery.DELAYED: FactCode.DELAYED,
    Delivery.UNDELIVERABLE: FactCode.UNDELIVERABLE,
    Delivery.UNCONFIRMED: FactCode.UNCONFIRMED,
}


def delivery_rule(connection: Connection, found: Message | None) -> Rule:
    """Return what receipts say of a message. The rule holds unless the provider could not deliver it."""
    row = found and connection.execute(select(delivery).where(delivery.c.message_id == found.id)).one_or_none()
    if not row or row.state is None:
        return rule_of(RuleName.DELIVERY, True, FactCode.NO_RECEIPT)
    fact, params = _FACTS[Delivery(row.state)], {"at": rfc3339(row.at)}
    if fact in _WITH_CAUSE:
        params["cause"] = " ".join(filter(None, (row.code, row.words))) or NO_CAUSE
    return rule_of(RuleName.DELIVERY, fact is not FactCode.UNDELIVERABLE, fact, **params)
