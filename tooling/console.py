"""Terminal output of a command: one line per step, with its duration."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False)


class Step:
    """A running step. Its `note` is printed after it has succeeded."""

    note = ""


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show a step while the block runs, then its result and its duration."""
    current = Step()
    started = time.monotonic()
    try:
        with console.status(title):
            yield current
    except BaseException:
        console.print(f"[red]✗[/] {title}")
        raise
    seconds = time.monotonic() - started
    console.print(f"[green]✓[/] {title:<34} {seconds:5.1f} s  [dim]{current.note}[/]", soft_wrap=True)
