import os
import socket

import pytest

from local.errors import PortTaken
from local.servers import ports

pytestmark = pytest.mark.enable_socket


def test_the_error_of_a_taken_port_names_its_process_and_the_remedy() -> None:
    with socket.create_server((ports.HOST, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            ports.require_free(port, needed_by="PostgreSQL", variable="POSTGRES_PORT")
    message = str(caught.value)
    assert "\n" not in message
    for part in (f"port {port}", "PostgreSQL", f"pid {os.getpid()}", f"POSTGRES_PORT={port + 1}"):
        assert part in message


def test_a_free_port_raises_no_error() -> None:
    with socket.create_server((ports.HOST, 0)) as server:
        port = server.getsockname()[1]
    ports.require_free(port, needed_by="MiniStack", variable="MINISTACK_PORT")
