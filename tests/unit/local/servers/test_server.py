"""Servers that are the stack's own, and those that somebody else starts."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from local.processes.background import Background
from local.secrets import Secrets
from local.servers import ministack, postgres, simulator
from local.servers.server import Service
from local.settings import Settings


def given(state: Path, *answers: bool) -> Service:
    waiting = iter(answers)
    return Service(
        title="Server",
        background=Background("server", state),
        port=4566,
        variable="SERVER_PORT",
        command=[sys.executable, "-c", "raise SystemExit('must not be started')"],
        environment={},
        answers=lambda: next(waiting),
        is_own=False,
    )


def test_a_given_server_is_awaited_and_not_started(tmp_path: Path) -> None:
    assert given(tmp_path, False, False, True).ensure() is False
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("answers", [True, False])
def test_a_given_server_runs_when_it_answers(tmp_path: Path, *, answers: bool) -> None:
    assert given(tmp_path, answers).is_running() is answers


def test_given_servers_are_none_of_the_stack_s_own(tmp_path: Path) -> None:
    settings = Settings(local_dir=tmp_path, servers="given")
    assert not any(module.service(settings).is_own for module in (postgres, ministack, simulator))


def test_a_given_database_has_a_given_password(tmp_path: Path) -> None:
    settings = Settings.model_validate({"local_dir": tmp_path, "postgres_password": "th/e:i@rs"})
    assert make_url(postgres.url(settings, Secrets())).password == "th/e:i@rs"
