"""Dispatchers killed at any statement, and concurrent ones: every client gets the message once.

`FAULTS=all` tests every statement and not a sample.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.dispatcher.busy_tick import assert_all_accounted_for, prepare, recover
from tests.support.dispatcher.scenario import DispatcherScenario
from tooling.paths import ROOT

EVERY = 1 if os.environ.get("FAULTS") == "all" else 23
NEVER = 10_000
KILLED = -9


class KilledDispatchers:
    """Runs dispatchers in child processes, and collects the messages that they queue."""

    def __init__(self, database_url: str, records: Path) -> None:
        self._records = records
        paths = os.pathsep.join(str(ROOT / folder) for folder in ("layers/shared", "functions", "."))
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "tests.support.dispatcher.dying_dispatcher",
                database_url,
                records,
            ],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, scenario: DispatcherScenario, *points: int) -> list[int]:
        """Run one tick per kill point concurrently, queue their messages, and return their exit codes."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{scenario.now.isoformat()} {' '.join(map(str, points))}\n")
        self.process.stdin.flush()
        ends = [int(each) for each in self.process.stdout.readline().split() if each.lstrip("-").isdigit()]
        if self._records.exists():
            for line in self._records.read_text(encoding="utf-8").splitlines():
                moment, message_id = line.split()
                scenario.sqs.waiting.append((datetime.fromisoformat(moment), int(message_id)))
            self._records.unlink()
        return ends


@pytest.fixture
def dispatchers(database_url: str, tmp_path: Path) -> Iterator[KilledDispatchers]:
    dispatchers = KilledDispatchers(database_url, tmp_path / "records")
    yield dispatchers
    dispatchers.process.communicate(timeout=10)


def test_a_dispatcher_killed_at_any_statement_loses_and_repeats_nothing(
    scenario: DispatcherScenario, dispatchers: KilledDispatchers, record_property: Callable[[str, object], None]
) -> None:
    point, killed = 1, 0
    while True:
        scenario.reset()
        ids = prepare(scenario)
        (end,) = dispatchers.run(scenario, point)
        recover(scenario)
        assert_all_accounted_for(scenario, ids)
        if end != KILLED:
            break
        point, killed = point + EVERY, killed + 1
    assert end == 0
    assert killed >= 60 / EVERY
    record_property("dispatcher_faults", killed)


@pytest.mark.parametrize("points", [(NEVER, NEVER), (NEVER, 25), (31, 47)])
def test_concurrent_dispatchers_lose_and_repeat_nothing(
    scenario: DispatcherScenario, dispatchers: KilledDispatchers, points: tuple[int, ...]
) -> None:
    ids = prepare(scenario)
    ends = dispatchers.run(scenario, *points)
    assert set(ends) <= {0, KILLED}
    recover(scenario)
    assert_all_accounted_for(scenario, ids)
