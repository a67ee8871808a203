"""What runs, and where."""

from datetime import UTC, datetime

from rich import box
from rich.table import Table

from local.console import console
from local.servers import ministack, postgres, simulator
from local.servers.server import Service
from local.settings import Settings
from local.stack.description import Stack


def status(settings: Settings) -> None:
    """Show the stack's processes, then its addresses."""
    table = Table("", "port", "pid", "since", box=box.SIMPLE)
    for service in (postgres.service(settings), ministack.service(settings), simulator.service(settings)):
        table.add_row(*_row(service))
    console.print(table)
    console.print_json(Stack.read(settings).model_dump_json(exclude={"password", "database_url"}))


def _row(service: Service) -> tuple[str, ...]:
    if not service.is_running():
        return service.title, "", "", "does not run"
    process = service.background.process()
    if process is None:
        return service.title, str(service.port), "", "runs elsewhere"
    since = datetime.fromtimestamp(process.create_time(), UTC).astimezone()
    return service.title, str(service.background.port()), str(process.pid), f"{since:%Y-%m-%d %H:%M:%S}"
