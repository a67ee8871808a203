"""A mailing's filter as conditions on the client table, the same for planning, preview and lists of clients."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, FromClause, exists, func, select

from notifications.clients.tag_names import tag_key
from notifications.database.tables import client, client_tag, tag


def matching(
    connection: Connection,
    *,
    tags: Collection[str] = (),
    operator_codes: Collection[str] = (),
    of: FromClause = client,
) -> list[ColumnElement[bool]]:
    """Conditions for clients that have any of the tags and any of the operator codes; nothing given: everyone.

    Args:
        of: the clients, or a part of them.
    """
    conditions: list[ColumnElement[bool]] = []
    if tags:
        carried = client_tag.c.tag_id.in_(_tag_ids(connection, tags))
        conditions.append(exists().where(client_tag.c.client_id == of.c.id, carried))
    if operator_codes:
        conditions.append(of.c.operator_code.in_(operator_codes))
    return conditions


def _tag_ids(connection: Connection, names: Collection[str]) -> list[int]:
    """The ids of those of the tags that exist. Looked up first, since the planner knows how frequent an id is."""
    keys = [tag_key(name) for name in names]
    return list(connection.execute(select(tag.c.id).where(tag.c.key.in_(keys))).scalars())


def zones(connection: Connection) -> Sequence[str]:
    """The time zones that clients have. Walked along the index from one to the next, so that no client is counted."""
    zone = select(func.min(client.c.timezone).label("timezone")).cte("zone", recursive=True)
    after = select(func.min(client.c.timezone)).where(client.c.timezone > zone.c.timezone).scalar_subquery()
    zone = zone.union_all(select(after).where(zone.c.timezone.is_not(None)))
    return connection.execute(select(zone.c.timezone).where(zone.c.timezone.is_not(None))).scalars().all()
