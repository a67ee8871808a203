"""Free ports for the tests' own stacks."""

import socket
from contextlib import ExitStack


def free_ports(count: int) -> list[int]:
    """Return a number of ports of this machine that are free now."""
    with ExitStack() as held:
        servers = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [server.getsockname()[1] for server in servers]
