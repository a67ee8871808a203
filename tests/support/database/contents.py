"""Contents of the database, the number of fuzz examples, and hostile texts."""

import os
from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from notifications.database.tables import metadata

LENGTH = os.environ.get("FUZZ")

type Contents = dict[str, Any]


def fuzzed[**P, R](examples: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return Hypothesis settings: a number of fixed examples, or FUZZ new ones where that variable is set."""
    return settings(
        max_examples=int(LENGTH or examples),
        derandomize=LENGTH is None,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )


# Any text: NUL, halves of surrogate pairs, and characters with a special meaning in some syntax.
wild_text = st.text(st.characters(exclude_categories=[])) | st.sampled_from(
    [
        "",
        "\0",
        "\ud800",
        "\udc00x",
        "\r\nX-Injected: 1",
        "=cmd|' /C calc'!A0",
        "'; DROP TABLE client; --",
        "{name",
        "%00",
        "null",
        "NaN",
        "\u2028",
        "\ufeff",
    ]
)
long_text = st.sampled_from(["x", "[", "=", "{{", "\u0416"]).map(lambda text: text * 100_000)
wild_number = (
    st.integers()
    | st.floats()
    | st.sampled_from([2**31, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**400, 0, -1, 1e308])
)
wild_scalar = st.none() | st.booleans() | wild_number | wild_text | long_text
wild_json = st.recursive(
    wild_scalar,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(wild_text, inner, max_size=4),
    max_leaves=8,
)


@cache
def _dump() -> str:
    each = (
        f"SELECT '{table.name}' AS name, COALESCE(jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)), '[]') AS rows "
        f"FROM {table.name} AS t"
        for table in metadata.sorted_tables
    )
    return " UNION ALL ".join(each)


def contents(engine: Engine) -> Contents:
    """Return every row of every table."""
    with engine.connect() as connection:
        return {row.name: row.rows for row in connection.execute(text(_dump()))}
