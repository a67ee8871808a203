"""The log of the stack's own database, which is copied to CloudWatch Logs, holds no values of statements or rows."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from samtranslator.yaml_helper import yaml_parse
from sqlalchemy import Engine

from tooling.paths import ROOT

LOGGED, HIDDEN = "79265550001", "79265550002"


def settings() -> dict[str, str]:
    """Return the cluster's parameters that PostgreSQL itself knows, with every statement counting as slow."""
    template: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    parameters = template["Resources"]["DatabaseParameters"]["Properties"]["Parameters"]
    known = {name: value for name, value in parameters.items() if not name.startswith("rds.")}
    return known | {"log_min_duration_statement": "0"}


def insert_twice(engine: Engine, phone: str, parameters: dict[str, str]) -> None:
    """Insert a client twice, by a slow statement and one that fails, in a session with these parameters."""
    folder = engine.url.query["host"]
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        for name, value in parameters.items():
            connection.execute(f"SET {name} = '{value}'".encode())
        insert = b"INSERT INTO client (phone, operator_code, timezone) VALUES (%s, '926', 'UTC')"
        connection.execute(insert, (phone,))
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(insert, (phone,))


def test_slow_and_failed_statements_are_logged_without_their_values(engine: Engine) -> None:
    log = Path(str(engine.url.query["host"])) / "log"
    insert_twice(engine, LOGGED, {"log_min_duration_statement": "0"})
    begins = len(log.read_text())
    assert LOGGED in log.read_text()
    insert_twice(engine, HIDDEN, settings())
    written = log.read_text()[begins:]
    assert "execute <unnamed>: INSERT INTO client" in written or "bind <unnamed>: INSERT INTO client" in written
    assert "duplicate key value" in written
    assert HIDDEN not in written
