"""Revisions of the schema: each goes up and down, passes squawk, and fails cleanly."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from migrator.deployment import follow_deployment
from notifications.database import migrations
from notifications.database.tables import metadata
from notifications.providers.catalog import BadCatalog
from tests.integration.events.conftest import Answers, answers, event

REVISIONS = migrations.revisions()
# Ignored rules of squawk, each with its reason.
EXCLUDED = {
    "prefer-bigint-over-int": "an integer has the size of what it counts",
    "prefer-bigint-over-smallint": "the same",
    "prefer-text-field": "Alembic's own table",
}
BEFORE_THE_FIRST_RELEASE = {"0002": ["require-concurrent-index-creation"]}
# The previous version neither creates nor reads a message without a mailing, because its statements join the mailing. A
# view replaces the dropped table. A wider constraint replaces the dropped one, and its validation may be repeated. The
# table of jobs has those of the last days only, so that a scan of it takes no time.
# view replaces the dropped table. A wider constraint replaces the dropped one, and its validation may be repeated. The
# previous version always gives an operator code.
HARMLESS = {
    "0010": ["ban-drop-not-null"],
    "0011": ["ban-drop-table"],
    "0012": ["ban-drop-constraint"],
    "0013": ["prefer-robust-stmts"],
    "0024": ["ban-drop-not-null"],
    # The table of jobs is short, and the same constraint with one more kind is back at once.
    "0026": ["ban-drop-constraint", "constraint-missing-not-valid"],
    "0027": ["ban-drop-constraint", "constraint-missing-not-valid"],
    "0028": ["ban-drop-constraint"],
    "0029": ["prefer-robust-stmts"],
    # Earlier code reads a null only of a message outside mailings whose person was erased since.
    "0030": ["ban-drop-not-null"],
    "0031": ["ban-drop-constraint", "constraint-missing-not-valid"],
}

cloudformation = pytest.fixture(answers)


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def test_every_revision_goes_up_and_down_and_up(fresh: Engine) -> None:
    for number, each in enumerate(REVISIONS):
        migrations.upgrade(fresh, each)
        migrations.downgrade(fresh, REVISIONS[number - 1] if number else "base")
        migrations.upgrade(fresh, each)
    for each in [*REVISIONS[-2::-1], "base"]:
        migrations.downgrade(fresh, each)
    with fresh.connect() as connection:
        left = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        functions = connection.execute(text("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"))
        assert (left, functions.scalars().all()) == (["alembic_version"], [])


def test_the_revisions_lead_to_the_tables_of_the_code(fresh: Engine) -> None:
    migrations.upgrade(fresh)
    with fresh.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("step", REVISIONS)
def test_squawk_finds_nothing_in_a_revision(step: str, tmp_path: Path) -> None:
    file = tmp_path / f"{step}.sql"
    file.write_text(migrations.sql(step))
    squawk = Path(sys.executable).with_name("squawk")
    excluded = ",".join([*EXCLUDED, *BEFORE_THE_FIRST_RELEASE.get(step, []), *HARMLESS.get(step, [])])
    command: list[str | Path] = [squawk, "--pg-version=16.0", f"--exclude={excluded}", file]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_a_failed_revision_fails_the_deployment_and_changes_nothing(fresh: Engine, cloudformation: Answers) -> None:
    migrations.upgrade(fresh, REVISIONS[0])
    with fresh.begin() as connection:
        connection.execute(text("CREATE TABLE audit (in_the_way int)"))
    with pytest.raises(ProgrammingError):
        follow_deployment(lambda: fresh, update(cloudformation))
    (answer,) = cloudformation.received
    assert (answer["Status"], answer["Reason"][:17]) == ("FAILED", "ProgrammingError:")
    assert revision(fresh) == REVISIONS[0]


def test_an_unreadable_database_secret_fails_the_deployment(cloudformation: Answers) -> None:
    def unreadable_secret() -> Engine:
        raise PermissionError

    with pytest.raises(PermissionError):
        follow_deployment(unreadable_secret, update(cloudformation))
    assert [answer["Status"] for answer in cloudformation.received] == ["FAILED"]


SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:alpha-AbCdEf"
LISTED = f"providers: [{{name: alpha, kind: http, url: 'https://alpha.example.org', token_secret: '{SECRET}'}}]"


@pytest.mark.parametrize(
    ("text_of_list", "secrets", "fault"),
    [
        (LISTED.replace("http,", "smtp,"), [SECRET], "BadCatalog: providers[0].kind: Input should be"),
        (LISTED, [""], f"BadCatalog: Add to ProviderSecrets: {SECRET}"),
    ],
)
def test_a_list_of_providers_that_cannot_be_used_fails_the_deployment_before_anything_is_changed(
    fresh: Engine, cloudformation: Answers, text_of_list: str, secrets: list[str], fault: str
) -> None:
    migrations.upgrade(fresh, REVISIONS[0])
    with pytest.raises(BadCatalog):
        follow_deployment(lambda: fresh, with_list(cloudformation, text_of_list, secrets))
    (answer,) = cloudformation.received
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(fault)
    assert revision(fresh) == REVISIONS[0]


@pytest.mark.parametrize(("text_of_list", "secrets"), [(LISTED, [SECRET]), ("", [""])])
def test_a_list_of_providers_whose_secrets_may_be_read_is_deployed(
    fresh: Engine, cloudformation: Answers, text_of_list: str, secrets: list[str]
) -> None:
    migrations.upgrade(fresh)
    follow_deployment(lambda: fresh, with_list(cloudformation, text_of_list, secrets))
    assert [answer["Status"] for answer in cloudformation.received] == ["SUCCESS"]


def with_list(cloudformation: Answers, text_of_list: str, secrets: list[str]) -> dict[str, Any]:
    given = update(cloudformation)
    given["ResourceProperties"] |= {"Providers": text_of_list, "ProviderSecrets": secrets}
    return given


def test_a_rolled_back_deployment_keeps_the_newer_schema(fresh: Engine, cloudformation: Answers) -> None:
    migrations.upgrade(fresh)
    with fresh.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    follow_deployment(lambda: fresh, update(cloudformation))
    assert [answer["Status"] for answer in cloudformation.received] == ["SUCCESS"]
    assert revision(fresh) == "9999"


def update(cloudformation: Answers) -> dict[str, Any]:
    return event("migrator/update") | {"ResponseURL": cloudformation.url}
