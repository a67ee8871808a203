"""Targets of the Makefile for a stack on AWS."""

import os
import re
import subprocess

import pytest

from tooling.paths import ROOT

TARGETS = re.findall(r"^([a-z-]+):.*\n\t\$\((?:DEPLOYED|OPS)\)", (ROOT / "Makefile").read_text(), re.MULTILINE)


def start(command: str) -> subprocess.CompletedProcess[str]:
    # Without the path of the tests, since a shell does not have it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, shell=True, cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=60
    )


def run(command: str) -> str:
    done = start(command)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_targets_for_a_stack_on_aws() -> None:
    assert {"user", "logs", "report", "restored", "site-publish"} <= set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_a_command_for_a_stack_on_aws_starts(target: str) -> None:
    printed = run(f"make --dry-run --no-print-directory {target} STACK=notifications-dev").replace("\\\n", "")
    (command,) = [line for line in printed.splitlines() if " -m ops " in line]
    assert "usage" in run(re.sub(r"( -m ops \S+)", r"\1 --help", command))


@pytest.mark.parametrize(
    ("command", "remedy"),
    [
        ("verify STACK=notifications-prod", "leave out STACK=notifications-prod"),
        ("token STACK=notifications-prod", "leave out STACK=notifications-prod"),
        ("down STACK=notifications-prod", "leave out STACK=notifications-prod"),
        ("verify-aws", "give STACK=..."),
        ("sync", "give STACK=..."),
        ("site-files", "give STACK=..."),
    ],
)
def test_a_command_is_refused_for_a_stack_that_it_does_not_take(command: str, remedy: str) -> None:
    refused = start(f"make --dry-run --no-print-directory {command}")
    assert refused.returncode != 0
    assert remedy in refused.stderr
