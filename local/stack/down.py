"""Commands `down` and `clean`: stop the stack's processes, delete its data."""

import shutil

from local.servers import ministack, postgres, simulator
from local.settings import Settings
from tooling.console import step
from tooling.lock import exclusive
from tooling.process import kill_all

KEPT = ("tools", "lock")


def down(settings: Settings) -> None:
    """Stop all processes of the stack, and keep its data."""
    with exclusive(settings.state_dir / "lock", "down"):
        _stop_all(settings)


def clean(settings: Settings) -> None:
    """Stop all processes and delete the stack's data; installed tools stay."""
    with exclusive(settings.state_dir / "lock", "clean"):
        _stop_all(settings)
        for path in settings.state_dir.iterdir():
            if path.name in KEPT:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _stop_all(settings: Settings) -> None:
    (settings.state_dir / "stack.json").unlink(missing_ok=True)
    # MiniStack first, because its functions use the other servers.
    for server in (ministack.server(settings), simulator.server(settings), postgres.server(settings)):
        with step(f"{server.title} down") as current:
            current.note = "" if server.stop() else "was not running"
    # A killed `up` may have left commands running.
    kill_all(settings.state_dir / "logs")
