"""Warnings of a mailing: it may be created, but probably does something else than its author wants."""

from collections.abc import Iterator

from sqlalchemy import Connection

from notifications.clients.audience import filters
from notifications.contracts.warning_codes import MailingWarning, WarningCode, warning_of
from notifications.mailings.mailing import MailingSettings
from notifications.mailings.text_reach import names_that_differ_by_case
from notifications.texts.placeholders import Template


def warnings_of(connection: Connection, settings: MailingSettings) -> list[MailingWarning]:
    """Return the warnings of a mailing."""
    return [*_of_filter(connection, settings), *_of_text(connection, settings)]


def _of_filter(connection: Connection, settings: MailingSettings) -> Iterator[MailingWarning]:
    if tags := filters.tags_without_clients(connection, settings.filter_tags):
        yield warning_of(WarningCode.TAGS_WITHOUT_CLIENTS, tags=tags)
    if codes := filters.operator_codes_without_clients(connection, settings.filter_operator_codes):
        yield warning_of(WarningCode.OPERATOR_CODES_WITHOUT_CLIENTS, operator_codes=codes)


def _of_text(connection: Connection, settings: MailingSettings) -> Iterator[MailingWarning]:
    for name, names in names_that_differ_by_case(connection, Template.parse_draft(settings.text)).items():
        yield warning_of(WarningCode.NAME_DIFFERS_BY_CASE, name=name, names=names)
