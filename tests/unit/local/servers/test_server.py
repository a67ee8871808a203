"""Servers that the stack starts itself, and servers that docker compose starts."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import make_url

from local import environment
from local.errors import PortTaken
from local.secrets import Secrets
from local.servers import ministack, postgres, simulator
from local.servers.server import Server, is_success
from local.settings import Settings
from tests.support.ports import free_ports
from tooling import files
from tooling.errors import ProcessFailed
from tooling.process import BackgroundProcess, is_alive


def given(state: Path, *answers: bool) -> Server:
    waiting = iter(answers)
    command = [sys.executable, "-c", "raise SystemExit('must not be started')"]
    return Server(
        title="Server",
        process=BackgroundProcess(state / "server.log", command, {}),
        port=4566,
        port_variable="SERVER_PORT",
        is_ready=lambda: next(waiting),
        is_own=False,
    )


def listening_on(settings: Settings, port: int) -> Server:
    """Return a server of the stack on the port: Python's HTTP server."""
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    return Server(
        title="Server",
        process=BackgroundProcess(settings.log_file("server"), command, environment.for_server(settings, port)),
        port=port,
        port_variable="SERVER_PORT",
        is_ready=lambda: is_success(f"http://127.0.0.1:{port}/"),
        prepare=partial(files.empty, settings.state_dir / "scratch"),
    )


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    server = listening_on(Settings(local_dir=tmp_path), *free_ports(1))
    yield server
    server.stop()


def test_a_server_of_docker_compose_is_awaited_and_not_started(tmp_path: Path) -> None:
    assert given(tmp_path, False, False, True).ensure_running() is False
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("answers", [True, False])
def test_a_server_of_docker_compose_is_running_when_it_answers(tmp_path: Path, *, answers: bool) -> None:
    assert given(tmp_path, answers).is_running() is answers


@pytest.mark.enable_socket
def test_a_running_server_is_not_started_again(own: Server) -> None:
    assert own.ensure_running() is True
    assert own.is_ready()
    assert own.ensure_running() is False
    assert own.is_running()
    assert own.stop()
    assert not own.is_running()


@pytest.mark.enable_socket
def test_a_killed_server_is_prepared_and_started_again(own: Server, tmp_path: Path) -> None:
    own.ensure_running()
    scratch_dir = tmp_path / "scratch"
    (scratch_dir / "left").touch()
    running = own.process.find()
    assert running
    running.kill()
    while is_alive(running):
        pass
    assert own.ensure_running() is True
    assert not list(scratch_dir.iterdir())


@pytest.mark.enable_socket
def test_a_server_is_restarted_for_another_port(own: Server, tmp_path: Path) -> None:
    own.ensure_running()
    before = own.process.find()
    moved = listening_on(Settings(local_dir=tmp_path), *free_ports(1))
    assert moved.ensure_running() is True
    assert before
    assert not is_alive(before)
    running = moved.process.find()
    assert running
    assert environment.port_of(running) == moved.port


@pytest.mark.enable_socket
def test_a_process_on_a_taken_port_is_left_alone(own: Server, tmp_path: Path) -> None:
    own.ensure_running()
    other = listening_on(Settings(local_dir=tmp_path / "other"), own.port)
    with pytest.raises(PortTaken, match=f"SERVER_PORT={own.port + 1}"):
        other.ensure_running()
    assert own.is_ready()


@pytest.mark.enable_socket
def test_a_server_that_ends_while_starting_names_its_log(own: Server) -> None:
    command = ("/bin/sh", "-c", "echo out of luck; exit 1")
    broken = replace(own, process=replace(own.process, command=command))
    with pytest.raises(ProcessFailed, match="ended while starting") as caught:
        broken.ensure_running()
    assert caught.value.log.read_text() == "out of luck\n"


def test_all_servers_can_be_left_to_docker_compose(tmp_path: Path) -> None:
    settings = Settings(local_dir=tmp_path, servers="given")
    assert not any(module.server(settings).is_own for module in (postgres, ministack, simulator))


def test_a_database_of_docker_compose_has_its_password_from_the_settings(tmp_path: Path) -> None:
    settings = Settings.model_validate({"local_dir": tmp_path, "postgres_password": "th/e:i@rs"})
    assert make_url(postgres.url(settings, Secrets())).password == "th/e:i@rs"
