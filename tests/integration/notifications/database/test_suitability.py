"""Unsuitable databases are refused at deploy with a line that states the reason."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import Engine, create_engine, make_url, text

from migrator import bootstrap
from migrator import handler as migrator
from notifications.contracts.errors import BadDatabaseSecret
from notifications.database import migrations, sessions
from notifications.database.engine import engine as database
from notifications.database.migrations import suitability
from tests.integration.events.conftest import Answers, answers, event
from tests.support.functions.gateway import Context

TABLES = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")

cloudformation = pytest.fixture(answers)


def test_a_read_only_database_is_refused(
    fresh: Engine, cloudformation: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with create_engine(fresh.url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ALTER DATABASE steps SET default_transaction_read_only = on"))
        connection.detach()
        connection.connection.close()
    url = make_url(fresh.url).update_query_dict({"sslmode": "disable"})
    monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("ERASURE_BUCKET", "erasures")
    with pytest.raises(migrations.UnsuitableDatabase):
        migrator.handler(event("migrator/update") | {"ResponseURL": cloudformation.url}, Context())
    (answer,) = cloudformation.received
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == (
        'UnsuitableDatabase: The database is read-only. Use the address of the writer. See docs/runbook.md, "Database".'
    )
    with fresh.connect() as connection:
        assert connection.execute(TABLES).scalar_one() == 0


def test_a_secret_without_an_address_is_refused(cloudformation: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        arn = boto3.client("secretsmanager").create_secret(Name="database", SecretString="hunter2")["ARN"]
        monkeypatch.setenv("DATABASE_SECRET_ARN", arn)
        monkeypatch.setenv("ERASURE_BUCKET", "erasures")
        migrate = migrator.build_handler(bootstrap.from_environment())
        with pytest.raises(BadDatabaseSecret):
            migrate(event("migrator/create") | {"ResponseURL": cloudformation.url}, Context())
    (answer,) = cloudformation.received
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(
        "BadDatabaseSecret: The secret of the database cannot be used: its text is no URL."
    )
    assert "hunter2" not in answer["Reason"]


def test_an_old_server_is_refused(engine: Engine) -> None:
    with pytest.raises(migrations.UnsuitableDatabase, match=r"is PostgreSQL \d\d, and 99 or later is needed"):
        suitability.check(engine, oldest=99)


def test_a_missing_database_is_reported() -> None:
    nowhere = database("postgresql://u@127.0.0.1:9/n?sslmode=disable", sessions.MIGRATOR)
    with pytest.raises(migrations.UnsuitableDatabase, match=r"No transaction can be begun .* See docs/runbook.md"):
        migrations.upgrade(nowhere)


@pytest.fixture(params=["SQL_ASCII", "LATIN1"])
def other_encoding(request: pytest.FixtureRequest, engine: Engine) -> Iterator[Engine]:
    server = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(
            text(f"CREATE DATABASE other_encoding ENCODING '{request.param}' LOCALE 'C' TEMPLATE template0")
        )
    url = engine.url.set(database="other_encoding").update_query_dict({"sslmode": "disable"})
    yield database(url.render_as_string(hide_password=False), sessions.MIGRATOR)
    database("postgresql://nowhere/none?sslmode=disable", sessions.MIGRATOR)
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE other_encoding"))
    server.dispose()


def test_a_database_that_does_not_store_utf8_is_refused_and_left_unchanged(
    request: pytest.FixtureRequest, other_encoding: Engine
) -> None:
    encoding = request.node.callspec.params["other_encoding"]
    with pytest.raises(migrations.UnsuitableDatabase, match=f"The database has the encoding {encoding}, and UTF8"):
        migrations.upgrade(other_encoding)
    with other_encoding.connect() as connection:
        assert connection.execute(TABLES).scalar_one() == 0
