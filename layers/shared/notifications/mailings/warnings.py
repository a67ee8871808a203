"""Warnings of a mailing: it may be created, but probably does something else than its author wants."""

from collections.abc import Iterator

from sqlalchemy import Connection

from notifications.clients import audience
from notifications.contracts.warning_codes import MailingWarning, WarningCode, warning_of
from notifications.mailings.mailing import Draft


def warnings_of(connection: Connection, draft: Draft) -> list[MailingWarning]:
    """Return the warnings of a mailing."""
    return list(_of_filter(connection, draft))


def _of_filter(connection: Connection, draft: Draft) -> Iterator[MailingWarning]:
    if tags := audience.tags_without_clients(connection, draft.filter_tags):
        yield warning_of(WarningCode.TAGS_WITHOUT_CLIENTS, tags=tags)
    if codes := audience.operator_codes_without_clients(connection, draft.filter_operator_codes):
        yield warning_of(WarningCode.OPERATOR_CODES_WITHOUT_CLIENTS, operator_codes=codes)
