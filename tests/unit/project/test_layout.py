"""Layout of the repository: small folders, and documents that name existing places."""

import re
import subprocess
from collections import defaultdict

from tooling.paths import ROOT

CODE = ("layers", "functions", "local", "ops", "tooling", "provider_simulator", "benchmarks", "admin_site/src", "tests")
MOST_ENTRIES = 12
# Present in every package, so not counted.
BESIDE_THE_CODE = {"__init__.py", "__main__.py", "conftest.py", "py.typed"}
# Folders that grow with time.
GROWING = {"layers/shared/notifications/database/migrations/versions", "benchmarks/results"}

FILES = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True, cwd=ROOT).stdout.splitlines()
DECISIONS = ROOT / "docs/decisions"
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()


def entries() -> dict[str, set[str]]:
    """Return the entries of each folder of code that git tracks."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in FILES:
        if file.startswith(CODE):
            parts = file.split("/")
            for depth in range(1, len(parts)):
                found["/".join(parts[:depth])].add(parts[depth])
    return found


def test_no_folder_of_code_has_more_than_a_dozen_entries() -> None:
    large = {folder: sorted(names - BESIDE_THE_CODE) for folder, names in entries().items() if folder not in GROWING}
    assert {folder: names for folder, names in large.items() if len(names) > MOST_ENTRIES} == {}


def test_the_index_of_decisions_names_each_once() -> None:
    named = re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (DECISIONS / "README.md").read_text())
    assert named == sorted(file.name for file in DECISIONS.glob("0*.md"))


def places() -> list[tuple[str, list[str]]]:
    """Return the rows of the table of places: the kind of change, and its paths."""
    table = ARCHITECTURE.partition("| to change | look in |")[2]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)
    return [(what, re.findall(r"`([^`<> ]*[./][^`<> ]*)`", where)) for what, where in rows]


def test_a_row_of_the_table_names_one_or_two_places() -> None:
    assert places()
    assert {what: found for what, found in places() if not 1 <= len(found) <= 2} == {}


def test_the_places_of_the_table_exist() -> None:
    named = {place for _, found in places() for place in found}
    assert {place for place in named if not (ROOT / place).exists()} == {"pipeline.py"}
