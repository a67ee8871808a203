"""A mailing's filter as conditions on the client table, the same for planning, preview and lists of clients."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists

from notifications.contacts import tag_key
from notifications.tables import client, client_tag, tag


def matching(*, tags: Collection[str] = (), operator_codes: Collection[str] = ()) -> list[ColumnElement[bool]]:
    """Conditions for clients that have any of the tags and any of the operator codes; nothing given: everyone."""
    conditions: list[ColumnElement[bool]] = []
    if tags:
        keys = [tag_key(name) for name in tags]
        conditions.append(
            exists().where(client_tag.c.client_id == client.c.id, client_tag.c.tag_id == tag.c.id, tag.c.key.in_(keys))
        )
    if operator_codes:
        conditions.append(client.c.operator_code.in_(operator_codes))
    return conditions
