"""A test's own PgBouncer in front of a PostgreSQL that listens on a Unix socket."""

import os
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.servers.postgres import UNPRIVILEGED
from tests.support.ports import free_ports

# `server_round_robin` gives every transaction another server connection, as a busy pooler does by chance.
CONFIGURATION = """
[databases]
* = host={server} user=postgres

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
server_round_robin = 1
min_pool_size = 3
default_pool_size = 3
"""
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def pgbouncer(server: Path, folder: Path, mode: str) -> Iterator[int]:
    """Run a PgBouncer for the duration of the block, and yield its port.

    Args:
        server: folder of the server's Unix socket.
        folder: folder for its configuration.
        mode: `transaction` or `statement`.
    """
    assert PROGRAM
    (port,) = free_ports(1)
    file = folder / "pgbouncer.ini"
    file.write_text(CONFIGURATION.format(server=server, port=port, mode=mode))
    # PgBouncer refuses to run as root. The tests' PostgreSQL has made the user.
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    for each in (file, *folder.parents, folder) if user else ():
        each.chmod(each.stat().st_mode | stat.S_IROTH | stat.S_IXOTH)
    with subprocess.Popen([PROGRAM, "-q", str(file)], user=user, group=user) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("PgBouncer does not listen")
