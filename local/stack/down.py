"""Ends the stack's own processes, and wipes what they kept."""

import shutil

from local.console import step
from local.processes.background import Background
from local.servers import ministack, postgres, simulator
from local.settings import Settings
from tooling.lock import exclusive

# What an interrupted command may have left at work.
COMMANDS = ("sam-build", "sam-deploy", "initdb", "initdb-password")
NOT_WIPED = ("tools", "lock")


def down(settings: Settings) -> None:
    """End everything that the stack runs; its data stays."""
    with exclusive(settings.state / "lock", "down"):
        _stop_all(settings)


def clean(settings: Settings) -> None:
    """End everything and forget everything; only the installed tools stay."""
    with exclusive(settings.state / "lock", "clean"):
        _stop_all(settings)
        for path in settings.state.iterdir():
            if path.name in NOT_WIPED:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _stop_all(settings: Settings) -> None:
    (settings.state / "stack.json").unlink(missing_ok=True)
    for name in COMMANDS:
        Background(name, settings.state).stop()
    # The functions go before what they work with.
    for service in (ministack.service(settings), simulator.service(settings), postgres.service(settings)):
        with step(f"{service.title} down") as current:
            current.note = "" if service.stop() else "was not running"
