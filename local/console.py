"""What a command says while it works: one line a step, with its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False)


class Step:
    """A step at work; `note` is said at its end."""

    note = ""


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Say what is done within, and how long it took."""
    current = Step()
    started = time.monotonic()
    try:
        with console.status(title):
            yield current
    except BaseException:
        console.print(f"[red]✗[/] {title}")
        raise
    console.print(
        f"[green]✓[/] {title:<34} {time.monotonic() - started:5.1f} s  [dim]{current.note}[/]", soft_wrap=True
    )
