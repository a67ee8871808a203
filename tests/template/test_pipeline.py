"""Rules of .gitlab-ci.yml: its stages are those of samconfig.toml."""

import tomllib
from typing import Any

import pytest
import yaml

from notifications.database.migrations.suitability import OLDEST_SERVER
from tooling.paths import ROOT

PIPELINE: dict[str, Any] = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text())
STAGES = tomllib.loads((ROOT / "samconfig.toml").read_text())
DEPLOYMENTS = {name: job for name, job in PIPELINE.items() if isinstance(job, dict) and job.get("extends") == ".deploy"}


def test_every_stage_is_deployed() -> None:
    assert {job["variables"]["STAGE"] for job in DEPLOYMENTS.values()} == STAGES.keys() - {"version"}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployment_publishes_the_admin_site(name: str) -> None:
    job = DEPLOYMENTS[name]
    stack = STAGES[job["variables"]["STAGE"]]["global"]["parameters"]["stack_name"]
    assert stack == f"notifications-{job['environment']['name']}"
    assert PIPELINE[".deploy"]["script"][-1] == 'make site-publish STACK="notifications-$CI_ENVIRONMENT_NAME"'


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployment_is_preceded_by_a_review(name: str) -> None:
    review = PIPELINE[name.replace("deploy", "review")]
    assert review["variables"] == DEPLOYMENTS[name]["variables"]
    assert PIPELINE["stages"].index("review") < PIPELINE["stages"].index("deploy")


def test_the_pipeline_stores_no_aws_key() -> None:
    assert PIPELINE[".aws"]["id_tokens"] == {"AWS_TOKEN": {"aud": "sts.amazonaws.com"}}
    assert "SECRET_ACCESS_KEY" not in (ROOT / ".gitlab-ci.yml").read_text()


def test_the_proof_of_the_upgrade_has_the_whole_history() -> None:
    assert PIPELINE["test"]["variables"]["GIT_DEPTH"] == "0"


def test_the_oldest_supported_postgres_is_tested() -> None:
    job = PIPELINE["oldest postgres"]
    assert job["variables"]["PGSERVER_POSTGRES_VERSION"] == str(OLDEST_SERVER)
    assert job["script"] == "make test-integration"
