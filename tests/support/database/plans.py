"""Plans of the statements that calls of the API execute."""

from typing import Any

from sqlalchemy import Engine, event

from tests.support.functions.gateway import Gateway


def plan_of(call: Gateway, engine: Engine, path: str, part: str) -> dict[str, Any]:
    """Return the executed plan of the statement that reads a full page.

    Args:
        part: text that only this statement has.
    """
    made: list[tuple[str, Any]] = []
    listen = ("before_cursor_execute", lambda *given: made.append((given[2], given[3])))
    event.listen(engine, *listen)
    try:
        assert len(call("GET", path).json["items"]) == 50
    finally:
        event.remove(engine, *listen)
    statement, parameters = next(each for each in made if part in each[0])
    with engine.connect() as connection:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        (explained,) = connection.exec_driver_sql(explain, parameters).scalar_one()
    plan: dict[str, Any] = explained["Plan"]
    return plan


def blocks(plan: dict[str, Any]) -> int:
    """Return the number of blocks that a plan has read."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
