"""Search of the whole database: every column of every table that can hold text."""

import re
from collections.abc import Sequence

from sqlalchemy import Engine, text

_COLUMNS = text("""
    SELECT table_name, column_name, data_type
    FROM information_schema.columns JOIN information_schema.tables USING (table_catalog, table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'alembic_version'
      AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea')
    ORDER BY table_name, ordinal_position
""")


def found_in(engine: Engine, words: Sequence[str]) -> dict[str, int]:
    """Return the number of rows that have one of the words, by `table.column`.

    Upper case does not matter. Words of digits are also found with anything between the digits.
    """
    found: dict[str, int] = {}
    with engine.connect() as connection:
        for table, column, kind in connection.execute(_COLUMNS).all():
            value = f"encode({column}, 'escape')" if kind == "bytea" else f"CAST({column} AS text)"
            rows = connection.execute(text(f"SELECT {value} FROM {table} WHERE {column} IS NOT NULL")).scalars()
            if number := sum(any(_has(row, word) for word in words) for row in rows):
                found[f"{table}.{column}"] = number
    return found


def _has(value: str, word: str) -> bool:
    if word.isdecimal() and word in re.sub(r"[-+ ()./]", "", value):
        return True
    return word.casefold() in value.casefold()


def sizes(engine: Engine) -> dict[str, int]:
    """Return the number of rows of each table."""
    tables = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
    with engine.connect() as connection:
        names = connection.execute(tables).scalars().all()
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in sorted(names)}
