"""Ports for stacks of the tests' own, beside any other."""

import socket
from contextlib import ExitStack


def free_ports(count: int) -> list[int]:
    """So many ports of this machine that nobody has at the moment."""
    with ExitStack() as held:
        servers = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [server.getsockname()[1] for server in servers]
