"""Checks that a port of this machine is free, or names the process that listens on it."""

import socket

import psutil

from local.errors import PortTaken

HOST = "127.0.0.1"


def require_free(port: int, *, needed_by: str, variable: str) -> None:
    """Raise PortTaken unless a server can listen on the port.

    Args:
        port: the port on 127.0.0.1.
        needed_by: the name of the server, for the error.
        variable: the environment variable that moves the server to another port.
    """
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise PortTaken(
            f"{needed_by} cannot listen on port {port}, because {_holder(port)} listens on it. "
            f"Stop that process, or choose another port with {variable}={port + 1}"
        ) from error


def _holder(port: int) -> str:
    try:
        listening = (each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN)
        pid = next((each.pid for each in listening if each.laddr[1:] == (port,)), None)
        return f"{psutil.Process(pid).name()} (pid {pid})" if pid else "another process"
    except psutil.Error:
        # Some systems show the processes of others to root only.
        return "another process"
