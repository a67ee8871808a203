"""Builds the functions with `sam build`, and deploys them onto MiniStack with `sam deploy`."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from local.deployment import platforms
from local.deployment.record import BUCKET
from local.settings import Settings
from tooling import files, paths
from tooling.fingerprint import Stamp, fingerprint
from tooling.process import BackgroundProcess

STACK_NAME = "notifications-local"
TEMPLATE = paths.ROOT / "template.yaml"
PACKAGES = paths.ROOT / "functions"
# Sources whose change needs a deployment. A changed package of a function is only uploaded.
STACK_SOURCES = (TEMPLATE, paths.ROOT / "observability.yaml", paths.ROOT / "layers", PACKAGES / "Makefile")
SOURCES = (*STACK_SOURCES, PACKAGES)
SAM = paths.SAM / "bin/sam"


def build_dir(settings: Settings, platform: str) -> Path:
    """Return the path of the build for a platform, given by uv's name."""
    return settings.state_dir / "sam" / platform / "build"


def build(settings: Settings, platform: str) -> bool:
    """Build the layer, with compiled packages for the platform, and the functions.

    Returns:
        False if nothing has changed since the last build.
    """
    folder = build_dir(settings, platform)
    stamp, sources = Stamp(folder.with_name("built")), fingerprint(SOURCES)
    if stamp.matches(sources):
        return False
    stamp.clear()
    cache = folder.with_name("cache")
    options = ("--template-file", TEMPLATE, "--cached", "--build-dir", folder, "--cache-dir", cache)
    _sam("build", settings, *options, PLATFORM=platform)
    stamp.write(sources)
    return True


def deploy(settings: Settings, parameters: Mapping[str, str]) -> None:
    """Deploy the build by a change set, as on AWS, with these template parameters."""
    # In a file, because SAM would split a value at its spaces; JSON is valid YAML.
    values = settings.state_dir / "parameters.yaml"
    files.write(values, json.dumps(parameters))
    _sam(
        "deploy",
        settings,
        *("--template-file", build_dir(settings, platforms.machine_platform()) / "template.yaml"),
        *("--stack-name", STACK_NAME, "--s3-bucket", BUCKET, "--capabilities", "CAPABILITY_IAM"),
        *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
        *("--parameter-overrides", f"file://{values}"),
    )


def _sam(command: str, settings: Settings, *options: str | Path, **variables: str) -> None:
    path = f"{paths.UV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "PYTHON": sys.executable, **variables}
    # samconfig.toml has no such section, so that no setting of a stage on AWS applies.
    section = ("--config-env", "local")
    BackgroundProcess(settings.log_file(f"sam-{command}"), [SAM, command, *section, *options], environ).run()
