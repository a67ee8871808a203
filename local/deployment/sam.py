"""Puts `template.yaml` onto MiniStack, with the real `sam build` and `sam deploy`."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import boto3

from local.deployment import platforms
from local.deployment.record import BUCKET
from local.processes import files
from local.processes.background import Background
from local.settings import Settings
from tooling import paths
from tooling.fingerprint import fingerprint

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

STACK_NAME = "notifications-local"
TEMPLATE = paths.ROOT / "template.yaml"
SOURCES = (TEMPLATE, paths.ROOT / "layers", paths.ROOT / "functions")
SAM = paths.SAM / "bin/sam"


def folder_of(settings: Settings, platform: str) -> Path:
    """Where what is built for a platform is."""
    return settings.state / "sam" / platform


def build(settings: Settings, platform: str) -> bool:
    """Build the layer and the functions; False when nothing has changed since that was done.

    Args:
        settings: the stack's.
        platform: what the layer's compiled packages are for, as uv calls it.
    """
    folder = folder_of(settings, platform)
    stamp = folder / "built"
    wanted = fingerprint(SOURCES)
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    stamp.unlink(missing_ok=True)
    _sam(
        "build",
        settings,
        *("--template-file", TEMPLATE, "--cached"),
        *("--build-dir", folder / "build", "--cache-dir", folder / "cache"),
        environ={"PLATFORM": platform},
    )
    stamp.write_text(wanted)
    return True


def deploy(settings: Settings, parameters: Mapping[str, str]) -> None:
    """Deploy what was built, in a change set, as on AWS; the bucket for it is there."""
    # In a file (JSON is YAML), so that no list of processes shows the passwords.
    values = settings.state / "parameters.yaml"
    files.write(values, json.dumps(parameters))
    _sam(
        "deploy",
        settings,
        *("--template-file", folder_of(settings, platforms.of_this_machine()) / "build/template.yaml"),
        *("--stack-name", STACK_NAME, "--s3-bucket", BUCKET, "--capabilities", "CAPABILITY_IAM"),
        *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
        *("--parameter-overrides", f"file://{values}"),
    )


def outputs(stack: str = STACK_NAME) -> dict[str, str]:
    """A stack's outputs."""
    cloudformation: CloudFormationClient = boto3.client("cloudformation")
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}


def _sam(
    command: str, settings: Settings, *options: str | Path, environ: Mapping[str, str] = MappingProxyType({})
) -> None:
    tools = f"{paths.UV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    whole = {**os.environ, "PATH": tools, "PYTHON": sys.executable, **environ}
    # The settings of real stages do not apply here.
    own_section = ("--config-env", "local")
    Background(f"sam-{command}", settings.state).run([SAM, command, *own_section, *options], whole)
