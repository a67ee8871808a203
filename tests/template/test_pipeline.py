"""Rules of the pipelines: their stages are those of samconfig.toml, and both check the same."""

import tomllib
from typing import Any

import pytest
import yaml

from notifications.database.migrations.suitability import OLDEST_SERVER
from tooling.paths import ROOT

CHECKS: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/checks.yml").read_text())
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


def test_github_makes_the_same_checks_as_gitlab() -> None:
    on_github = {each["name"]: each["run"] for each in CHECKS["jobs"]["check"]["strategy"]["matrix"]["include"]}
    on_gitlab = {
        name: job["script"].partition(" PYTEST_ADDOPTS")[0]
        for name, job in PIPELINE.items()
        if isinstance(job, dict) and job.get("stage") == "check"
    }
    on_gitlab |= {
        f"build {architecture}": PIPELINE["build"]["script"].replace("$ARCHITECTURE", architecture)
        for architecture in PIPELINE["build"]["parallel"]["matrix"][0]["ARCHITECTURE"]
    }
    assert on_github == on_gitlab


def test_a_check_on_github_has_no_rights() -> None:
    assert CHECKS["permissions"] == {"contents": "read"}
