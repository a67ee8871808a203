"""Ports: whether one is free, and who has it."""

import errno
import socket
from contextlib import closing

import psutil

from tooling.errors import PortTaken

HOST = "127.0.0.1"


def require_free(port: int, *, wanted_by: str, variable: str) -> None:
    """Do nothing when the port is free, else raise PortTaken.

    Args:
        port: the port on this machine.
        wanted_by: what is to listen there.
        variable: the environment variable that moves it.
    """
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        # As servers do: connections that have ended do not hold a port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortTaken(
                f"port {port}, which {wanted_by} needs, is taken by {_holder(port)}: "
                f"stop that, or take another port with {variable}={port + 1}"
            ) from error


def _holder(port: int) -> str:
    try:
        listening = (each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN)
        pid = next((each.pid for each in listening if each.laddr[1:] == (port,)), None)
        return f"{psutil.Process(pid).name()} (pid {pid})" if pid else "another process"
    except psutil.Error:
        # Some systems tell this to root only.
        return "another process"
