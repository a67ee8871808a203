"""Reach of a mailing's text: clients who lack the value of a placeholder, or whose message is too long."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, false, func, literal, select

from notifications.clients.attributes.names import known_names
from notifications.clients.attributes.values import BUILT_IN, placeholder_values
from notifications.clients.audience import filters
from notifications.clients.audience.counts import count
from notifications.contracts.errors import MissingValue, UnsendableText
from notifications.database.tables import client
from notifications.mailings.mailing import MailingSettings
from notifications.texts.placeholders import MAX_TEXT_LENGTH, Template
from notifications.texts.rendering import render
from notifications.texts.visibility import visible_pattern

# Largest number of clients whose messages are rendered to see if they are too long.
RENDERED_TEXTS = 500
# No message of fewer characters needs another segment: 67 units of two a character, less one that is not split.
_MIN_CHARACTERS_OF_A_SEGMENT = 33


@dataclass(frozen=True, slots=True)
class PlaceholderReach:
    """Reach of a placeholder.

    Attributes:
        has_default: False if clients without a value do not get the message.
        clients_without: number of clients that have no value, or one with nothing visible.
        similar_names: known names that differ only by case.
    """

    name: str
    has_default: bool
    clients_without: int
    similar_names: Sequence[str]


@dataclass(frozen=True, slots=True)
class TextReach:
    """Reach of a text.

    Attributes:
        placeholders: those whose values are attributes of clients, in the order of the text, and the operator code if
            some clients have none.
        too_long: number of clients whose message is too long.
        is_estimated: True if the numbers are estimated from a sample.
    """

    placeholders: Sequence[PlaceholderReach] = ()
    too_long: int = 0
    is_estimated: bool = False


def text_reach(connection: Connection, settings: MailingSettings, *, max_segments: int) -> TextReach:
    """Return how many clients lack a value of the text, and how many get none because it is too long for them.

    Args:
        max_segments: largest number of SMS segments of a message.
    """
    template = Template.parse(settings.text)
    names = _names(template)
    if not names:
        return TextReach()

    def query(clients: FromClause) -> Select[Any]:
        long = func.count().filter(_may_be_too_long(clients, template, max_segments))
        without = [func.count().filter(~_has_value(clients, name)) for name in names]
        found: Select[Any] = select(long).add_columns(*without).select_from(clients)
        return found.where(*_conditions(connection, settings, clients))

    counted = count(connection, query)
    long, *without = map(counted.number, counted.rows[0])
    required = {each.name for each in template.placeholders if each.default is None}
    similar = names_that_differ_by_case(connection, template)
    too_long, is_sample = _too_long(connection, settings, template, long, max_segments)
    return TextReach(
        [
            PlaceholderReach(name, name not in required, number, similar.get(name, ()))
            for name, number in zip(names, without, strict=True)
            if number or name not in BUILT_IN
        ],
        too_long,
        is_estimated=counted.is_estimated or is_sample,
    )


def names_that_differ_by_case(connection: Connection, template: Template) -> dict[str, list[str]]:
    """Return, by placeholder, the known names that differ from it only by case."""
    names = [name for name in _names(template) if name not in BUILT_IN]
    if not names:
        return {}
    known = known_names(connection)
    found = {name: [other for other in known if other != name and _same(other, name)] for name in names}
    return {name: others for name, others in found.items() if others}


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _names(template: Template) -> list[str]:
    """Return the names of values in a text that a client may lack."""
    return [name for name in dict.fromkeys(each.name for each in template.placeholders) if name != "phone"]


def _conditions(
    connection: Connection, settings: MailingSettings, clients: FromClause
) -> Collection[ColumnElement[bool]]:
    return filters.conditions(
        connection, tags=settings.filter_tags, operator_codes=settings.filter_operator_codes, clients=clients
    )


def _has_value(clients: FromClause, name: str) -> ColumnElement[bool]:
    if name in BUILT_IN:
        return clients.c[name].is_not(None)
    return func.coalesce(clients.c.attributes[name].astext.regexp_match(visible_pattern()), false())


def _may_be_too_long(clients: FromClause, template: Template, max_segments: int) -> ColumnElement[bool]:
    """Return a condition that holds for all clients whose message is too long, and for few others."""
    length: ColumnElement[int] = literal(len(template.own_words))
    for each in template.placeholders:
        value = clients.c[each.name] if each.name in BUILT_IN else clients.c.attributes[each.name].astext
        length += func.greatest(func.char_length(value), len(each.default or ""))
    return length > min(_MIN_CHARACTERS_OF_A_SEGMENT * max_segments, MAX_TEXT_LENGTH)


def _too_long(
    connection: Connection, settings: MailingSettings, template: Template, candidates: int, max_segments: int
) -> tuple[int, bool]:
    """Return how many of the clients whose message may be too long have one, and True if it is estimated."""
    if not candidates:
        return 0, False
    query = (
        select(client.c.phone, client.c.operator_code, client.c.attributes)
        .where(*_conditions(connection, settings, client), _may_be_too_long(client, template, max_segments))
        .limit(RENDERED_TEXTS)
    )
    found = list(_are_too_long(connection, query, template, max_segments))
    share = sum(found) / max(len(found), 1)
    return round(candidates * share), len(found) < candidates


def _are_too_long(connection: Connection, query: Select[Any], template: Template, max_segments: int) -> Iterator[bool]:
    for row in connection.execute(query):
        try:
            render(template, placeholder_values(*row), max_segments=max_segments)
        except MissingValue:
            yield False
        except UnsendableText:
            yield True
        else:
            yield False
