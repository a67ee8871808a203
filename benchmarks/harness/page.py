"""Table of `docs/performance.md`: promised and measured figures from `benchmarks/results/`."""

import json
import re
from collections.abc import Iterator
from typing import Any

from benchmarks.harness.results import FOLDER, Limit

PAGE = FOLDER.parents[1] / "docs/performance.md"
_TABLE = re.compile(r"(?<=<!-- written by make bench -->\n).*?(?=<!-- until here -->)", re.DOTALL)


def write() -> None:
    """Write the newest results into the page."""
    lines = ["| benchmark | promise | bound | measured | holds | commit |", "|---|---|---:|---:|---|---|", *_lines()]
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_TABLE.sub(lambda _: "\n".join(lines) + "\n", page), encoding="utf-8")


def _lines() -> Iterator[str]:
    for file in sorted(FOLDER.glob("*.json")):
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        for each in found["limits"]:
            limit = Limit(**each)
            holds = "yes" if limit.holds else "**no**"
            cells = (f"`{found['benchmark']}`", limit.name, limit.bound, f"{limit.value:,.2f}", holds, found["commit"])
            yield f"| {' | '.join(cells)} |"
