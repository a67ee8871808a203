"""Clients and mailings for measurements, inserted by plain SQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, text

# Rows of one statement, few enough for the statement's time limit.
CHUNK = 200_000
# Send window of a mailing, closed only for a minute at midnight.
WINDOW = ("00:00", "23:59")
OPERATOR_CODES = [str(code) for code in range(900, 980)]

_CLIENTS = """
    INSERT INTO client (phone, operator_code, timezone)
    SELECT '7' || CAST(9000000000 + n AS text), CAST(900 + mod(n, 80) AS text),
           (ARRAY['Europe/Kaliningrad', 'Europe/Moscow', 'Europe/Samara', 'Asia/Yekaterinburg', 'Asia/Omsk',
                  'Asia/Novosibirsk', 'Asia/Irkutsk', 'Asia/Chita', 'Asia/Vladivostok', 'Asia/Magadan',
                  'Asia/Kamchatka'])[1 + mod(n * 7919, 11)]
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
"""
_MAILING = """
    INSERT INTO mailing (text, starts_at, ends_at, window_start, window_end, max_rate, filter_operator_codes)
    VALUES ('Hello', :starts_at, :ends_at, CAST(:window_start AS time), CAST(:window_end AS time), :max_rate,
            CAST(:operator_codes AS text[]))
    RETURNING id
"""


def add_clients(engine: Engine, number: int) -> None:
    """Insert clients in all Russian time zones and with 80 operator codes."""
    for first in range(1, number + 1, CHUNK):
        with engine.begin() as connection:
            connection.execute(text(_CLIENTS), {"first": first, "last": min(first + CHUNK - 1, number)})


def add_mailing(
    engine: Engine,
    *,
    starts_at: datetime,
    max_rate: int | None = None,
    operator_codes: Sequence[str] = (),
    window: tuple[str, str] | None = WINDOW,
) -> int:
    """Insert a mailing that lasts a day, and return its id."""
    window_start, window_end = window or (None, None)
    values = {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(days=1),
        "window_start": window_start,
        "window_end": window_end,
        "max_rate": max_rate,
        "operator_codes": list(operator_codes),
    }
    with engine.begin() as connection:
        return int(connection.execute(text(_MAILING), values).scalar_one())
