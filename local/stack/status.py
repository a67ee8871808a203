"""Command `status`: shows the stack's processes and addresses."""

from datetime import UTC, datetime

from rich import box
from rich.table import Table

from local import environment
from local.servers import ministack, postgres, simulator
from local.servers.server import Server
from local.settings import Settings
from local.stack.description import Stack
from tooling.console import console


def status(settings: Settings) -> None:
    """Print port, process id and start time of each server, then the addresses."""
    table = Table("", "port", "pid", "since", box=box.SIMPLE)
    for server in (postgres.server(settings), ministack.server(settings), simulator.server(settings)):
        table.add_row(*_row(server))
    console.print(table)
    console.print_json(Stack.read(settings).model_dump_json(exclude={"password", "database_url"}))


def _row(server: Server) -> tuple[str, ...]:
    if not server.is_running():
        return server.title, "", "", "not running"
    process = server.process.find()
    if process is None:
        return server.title, str(server.port), "", "runs in docker compose"
    since = datetime.fromtimestamp(process.create_time(), UTC).astimezone()
    return server.title, str(environment.port_of(process)), str(process.pid), f"{since:%Y-%m-%d %H:%M:%S}"
