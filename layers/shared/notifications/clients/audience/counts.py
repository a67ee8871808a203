"""Numbers of clients: counted if that is quick, otherwise estimated."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, func, literal, select, tablesample, text

from notifications.clients.audience import filters
from notifications.database.tables import client, client_default_timezone

# Largest cost, in units of PostgreSQL's planner, of a query that counts exactly: about 100 ms.
MAX_EXACT_COST = 20_000
# Largest cost of a count beside a list: about 10 ms.
MAX_LIST_COST = 2_000
# Enough to estimate a share of 1 % with an error of about a tenth of it.
SAMPLED_CLIENTS = 20_000


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """Number of clients that a filter selects.

    Attributes:
        by_zone: clients by time zone.
        is_estimated: True if the numbers are estimated from a sample.
    """

    by_zone: dict[str, int]
    is_estimated: bool

    @property
    def total(self) -> int:
        """Return the number of clients in all time zones."""
        return sum(self.by_zone.values())


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of a query that counts clients.

    Attributes:
        scale: number of clients that each counted one stands for; None if all were counted.
    """

    rows: Sequence[Row[Any]]
    scale: float | None

    @property
    def is_estimated(self) -> bool:
        """Return True if the numbers are of a sample."""
        return self.scale is not None

    def number(self, counted: int) -> int:
        """Return the number of clients that a counted number stands for."""
        return counted if self.scale is None else round(counted * self.scale)


class EstimatedNumber(NamedTuple):
    """A number of clients. `is_estimated`: from a sample."""

    clients: int
    is_estimated: bool


def count_by_zone(connection: Connection, *, tags: Collection[str], operator_codes: Collection[str]) -> AudienceCount:
    """Count the clients that a mailing's filter selects."""

    def query(clients: FromClause) -> Select[Any]:
        conditions = filters.conditions(connection, tags=tags, operator_codes=operator_codes, clients=clients)
        zone = clients.c.timezone
        return select(zone, func.count().label("clients")).where(*conditions).group_by(zone).order_by(zone)

    counted = count(connection, query)
    by_zone = {row.timezone: counted.number(row.clients) for row in counted.rows}
    return AudienceCount(by_zone, is_estimated=counted.is_estimated)


def count_default_timezones(
    connection: Connection, *, tags: Collection[str], operator_codes: Collection[str]
) -> EstimatedNumber:
    """Count the clients of a mailing's filter that have the default time zone, since none was given."""

    def query(clients: FromClause) -> Select[Any]:
        conditions = filters.conditions(connection, tags=tags, operator_codes=operator_codes, clients=clients)
        has_default = clients.c.id.in_(select(client_default_timezone.c.client_id))
        return select(func.count().label("clients")).select_from(clients).where(has_default, *conditions)

    counted = count(connection, query)
    return EstimatedNumber(counted.number(counted.rows[0].clients), is_estimated=counted.is_estimated)


def count_by_id(connection: Connection, *, tag_ids: Collection[int] | None, operator_codes: Collection[str]) -> int:
    """Return the number of clients that a filter with ids of tags selects: counted or estimated from a sample."""

    def query(clients: FromClause) -> Select[Any]:
        conditions = filters.conditions_by_id(tag_ids=tag_ids, operator_codes=operator_codes, clients=clients)
        return select(func.count().label("clients")).select_from(clients).where(*conditions)

    counted = count(connection, query)
    return counted.number(counted.rows[0].clients)


def count(connection: Connection, query: Callable[[FromClause], Select[Any]]) -> Counted:
    """Execute a query that counts clients, for all if that is quick, otherwise for a sample.

    Args:
        query: builds the query for the client table or a sample of it.
    """
    exact = query(client)
    if _plan(connection, exact)["Total Cost"] <= MAX_EXACT_COST:
        return Counted(connection.execute(exact).all(), scale=None)
    sample, scale = _sample(connection)
    return Counted(connection.execute(query(sample)).all(), scale)


@dataclass(frozen=True, slots=True)
class ListTotal:
    """Number of clients in a list, counted or estimated by PostgreSQL's planner."""

    number: int
    is_estimated: bool


def count_for_list(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> ListTotal:
    """Count the clients that match the conditions, or return the planner's estimate if counting takes long."""
    plan = _plan(connection, select(client.c.id).where(*conditions))
    if plan["Total Cost"] > MAX_LIST_COST:
        return ListTotal(plan["Plan Rows"], is_estimated=True)
    number = connection.execute(select(func.count()).select_from(client).where(*conditions)).scalar_one()
    return ListTotal(number, is_estimated=False)


def _sample(connection: Connection) -> tuple[FromClause, float]:
    """Return a sample of the clients, and the number of clients that each of it stands for."""
    # PostgreSQL's last estimate; -1 if there is none, and then all clients are read.
    total = connection.execute(text("SELECT reltuples FROM pg_class WHERE oid = 'client'::regclass")).scalar_one()
    percent = min(100.0, 100 * SAMPLED_CLIENTS / max(total, 1))
    # A fixed seed, so that a repeated preview shows the same numbers.
    sample = tablesample(client, func.system(percent), name="sampled", seed=literal(0))
    size = connection.execute(select(func.count()).select_from(sample)).scalar_one()
    return sample, max(total, size) / max(size, 1)


def _plan(connection: Connection, query: Select[Any]) -> dict[str, Any]:
    """Return the top node of PostgreSQL's plan of a query."""
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {compiled}", dict(compiled.params)).scalar_one()
    node: dict[str, Any] = plan[0]["Plan"]
    return node
