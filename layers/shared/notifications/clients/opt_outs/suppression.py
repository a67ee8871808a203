"""Whether messages of a category to a client are suppressed, and why: shared by planning, preview and explanation."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, exists

from notifications.clients.opt_outs import repository as opt_outs
from notifications.contracts.enumerations import Category
from notifications.contracts.reasons import Reason
from notifications.database.tables import client, opt_out

REASONS = (Reason.OPTED_OUT, Reason.NO_CONSENT)


def reason(category: Category, *, requires_consent: bool, clients: FromClause = client) -> ColumnElement[Any]:
    """Return the code of the reason why a client's messages of a category are suppressed; null if they are sent.

    Args:
        requires_consent: marketing needs the consent of the client.
        clients: the client table or a sample of it.
    """
    opted_out = exists().where(opt_out.c.phone == clients.c.phone, opt_outs.applies(category))
    cases: list[tuple[ColumnElement[bool], str]] = [(opted_out, Reason.OPTED_OUT.value)]
    if requires_consent and category is Category.MARKETING:
        cases.append((clients.c.consent_at.is_(None), Reason.NO_CONSENT.value))
    return case(*cases)
