"""Rules of the pipelines: their stages are those of samconfig.toml, and both check and deploy the same."""

import re
import tomllib
from typing import Any

import boto3
import pytest
import yaml

from notifications.database.migrations.suitability import OLDEST_SERVER
from tooling.paths import ROOT

CHECKS: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/checks.yml").read_text())
DEPLOY: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text())
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
def test_a_deployment_executes_the_change_set_of_its_review(name: str) -> None:
    review = PIPELINE[name.replace("deploy", "review")]
    assert review["variables"] == DEPLOYMENTS[name]["variables"]
    assert PIPELINE["stages"].index("review") < PIPELINE["stages"].index("deploy")
    assert PIPELINE[".review"]["script"].startswith("make changeset ")
    assert PIPELINE[".review"]["artifacts"]["paths"] == [artifact()]
    assert DEPLOYMENTS[name]["dependencies"] == [name.replace("deploy", "review")]
    assert PIPELINE[".deploy"]["script"][0] == "make execute"


def artifact() -> str:
    """Return the file in which `make changeset` keeps the ARN."""
    (found,) = re.findall(r"^CHANGESET \?= (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert isinstance(found, str)
    return found


def test_github_deploys_as_gitlab_does() -> None:
    assert commands("review")[-1] == PIPELINE[".review"]["script"].replace(
        "$PARAMETERS", "$RUNNER_TEMP/parameters.yaml"
    )
    on_gitlab = [line.replace("$CI_ENVIRONMENT_NAME", "$ENVIRONMENT") for line in PIPELINE[".deploy"]["script"]]
    assert commands("deploy") == on_gitlab
    assert DEPLOY["jobs"]["review"]["needs"] == "checks"
    assert DEPLOY["jobs"]["deploy"]["needs"] == "review"


def test_the_change_set_passes_from_job_to_job_on_github() -> None:
    (upload,) = steps("review", "actions/upload-artifact")
    (download,) = steps("deploy", "actions/download-artifact")
    assert upload["path"] == artifact() == f"{download['path']}/changeset.json"
    assert upload["name"] == download["name"]
    # Without this the action skips what is in a folder whose name begins with a dot.
    assert upload["include-hidden-files"] is True


def commands(job: str) -> list[str]:
    return [step["run"] for step in DEPLOY["jobs"][job]["steps"] if "run" in step]


def steps(job: str, action: str) -> list[dict[str, Any]]:
    return [step["with"] for step in DEPLOY["jobs"][job]["steps"] if step.get("uses", "").startswith(f"{action}@")]


@pytest.mark.parametrize(("variable", "region"), [("AWS_DEFAULT_REGION", "eu-central-1"), ("AWS_REGION", None)])
def test_the_region_is_in_the_variable_that_the_sdk_reads(
    monkeypatch: pytest.MonkeyPatch, variable: str, region: str | None
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "eu-central-1")
    assert boto3.Session().region_name == region


@pytest.mark.parametrize("pipeline", [".gitlab-ci.yml", ".github/workflows/deploy.yml"])
def test_a_pipeline_asks_for_the_region_under_that_name(pipeline: str) -> None:
    text = (ROOT / pipeline).read_text()
    assert re.search(r"^# +AWS_DEFAULT_REGION ", text, re.MULTILINE)
    assert not re.search(r"^# +AWS_REGION ", text, re.MULTILINE)


def test_the_pipeline_stores_no_aws_key() -> None:
    assert PIPELINE[".aws"]["id_tokens"] == {"AWS_TOKEN": {"aud": "sts.amazonaws.com"}}
    assert "SECRET_ACCESS_KEY" not in (ROOT / ".gitlab-ci.yml").read_text()
    assert "SECRET_ACCESS_KEY" not in (ROOT / ".github/workflows/deploy.yml").read_text()


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
