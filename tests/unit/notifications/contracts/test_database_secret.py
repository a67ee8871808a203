"""Texts of the database's secret: the ones that give an address, and the ones that are refused without being quoted."""

import json
from typing import Any

import pytest
from sqlalchemy import make_url

from notifications.contracts.errors import BadDatabaseSecret
from notifications.contracts.settings import DatabaseSettings

PASSWORD = "a/b@c:d?e#f"
RDS = {"username": "user", "password": PASSWORD, "host": "db.example.org", "port": 5432, "dbname": "notifications"}
ADDRESS = "db.example.org:5432/notifications"


def url_of(secret: str, address: str = "") -> str:
    settings = DatabaseSettings(database_secret_arn="arn", database_address=address)
    return settings.resolve_database_url(lambda arn: {"arn": secret}[arn])


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:password@db.example.org:5432/notifications",
        "postgresql://user:p%40ss%2Fword@db.example.org/notifications?sslmode=disable",
        "postgresql://user:password@[2001:db8::1]:5432/notifications",
        # Stacks deployed earlier may name another driver, which is ignored.
        "postgresql+pg8000://user:password@db.example.org:5432/notifications",
    ],
)
def test_a_url_is_used_as_it_is(url: str) -> None:
    assert make_url(url_of(url)) == make_url(url)
    # As `--secret-string file://…` stores it.
    assert make_url(url_of(f"{url}\n")) == make_url(url)


@pytest.mark.parametrize("port", [5432, "5432"])
def test_json_of_rds_is_an_address(port: Any) -> None:
    url = make_url(url_of(json.dumps(RDS | {"port": port, "engine": "postgres"})))
    assert (url.drivername, url.username, url.password) == ("postgresql", "user", PASSWORD)
    assert (url.host, url.port, url.database) == ("db.example.org", 5432, "notifications")


def test_json_with_the_login_alone_needs_the_address() -> None:
    login = json.dumps({"username": "user", "password": PASSWORD})
    assert url_of(login, ADDRESS) == url_of(json.dumps(RDS))
    with pytest.raises(BadDatabaseSecret, match="its JSON has no host, port, dbname"):
        url_of(login)


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ("", "its text is no URL"),
        ("hunter2", "its text is no URL"),
        ("db.example.org:5432/hunter2", "its text is no URL"),
        ("postgresql://user:hunter2@host:port/name", "its text is no URL"),
        ("mysql://user:hunter2@db.example.org/notifications", "its URL does not begin with postgresql://"),
        ("postgresql://db.example.org/hunter2", "its URL has no user"),
        ("postgresql://user:hunter2@db.example.org:5432", "its URL has no name of the database"),
        ("postgresql://user:hunter2@/notifications", "its URL has no host"),
        ('{"username": "user", "password": "hunter2"', "its text is no valid JSON"),
        (json.dumps(RDS | {"password": ""}), "its JSON has no password"),
        (json.dumps(RDS | {"port": "hunter2"}), "`port` in its JSON is no number"),
    ],
)
def test_another_text_is_refused_and_not_quoted(secret: str, fault: str) -> None:
    with pytest.raises(BadDatabaseSecret) as refused:
        url_of(secret)
    assert f"cannot be used: {fault}. " in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
