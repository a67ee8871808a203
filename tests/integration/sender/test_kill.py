"""Senders killed at any point, and batches delivered twice: each message is accepted at most once.

`KILLS=200 pytest -s` on this file is the long form.
"""

import os
import random
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import batched

import pytest
from sqlalchemy import select

from notifications import message_state
from notifications.database.tables import client
from notifications.message_state import LEASE
from provider_simulator import Provider as SimulatedProvider
from provider_simulator.behaviour import Behaviour
from tests.support.mailings.opting_out import opt_out
from tests.support.sender.scenario import SenderScenario, client_of
from tooling.paths import ROOT

BATCH = 10
POINTS = ["commit:1", "call:1", "call:6", "during:1", "answer:1", "answer:10", "commit:2", "end"]
KILLS = int(os.environ.get("KILLS", "0"))


def worker(
    scenario: SenderScenario, database_url: str, url: str, point: str, ids: Sequence[int]
) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.sender.dying_worker", database_url, url, point]
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("layers/shared", "functions", "."))
    return subprocess.Popen(
        [*command, scenario.now.isoformat(), *map(str, ids)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths, "POWERTOOLS_METRICS_NAMESPACE": "test"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def start_together(workers: Iterable[subprocess.Popen[str]]) -> None:
    """Start the workers together when all are ready."""
    workers = list(workers)
    for each in workers:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    for each in workers:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    for each in workers:
        each.communicate(timeout=60)


def recover(scenario: SenderScenario, url: str) -> None:
    """Redeliver, sweep and send without kills until no message is left."""
    for _ in range(message_state.MAX_ATTEMPTS):
        for ids in batched(scenario.ids, BATCH, strict=False):
            scenario.send(client_of(url), ids)
        if not scenario.statuses().keys() & {"pending", "queued", "sending"}:
            return
        scenario.now += LEASE + timedelta(hours=1)
        with scenario.engine.begin() as connection:
            message_state.sweep(connection, now=scenario.now, at_most=1_000)
        scenario.requeue()
    pytest.fail(f"messages are left: {scenario.statuses()}")


def opt_out_everyone(scenario: SenderScenario) -> None:
    """Opt all clients out, as a call of the API does."""
    with scenario.engine.begin() as connection:
        phones = connection.execute(select(client.c.phone)).scalars().all()
    opt_out(scenario.engine, phones, now=scenario.now)


def points(kills: int) -> list[str]:
    """Return one kill point of every kind, and many random ones for `KILLS`."""
    chance = random.Random(7)
    kinds = {"commit": 2, "call": BATCH, "during": BATCH, "answer": BATCH}
    drawn = [f"{kind}:{chance.randint(1, kinds[kind])}" for kind in chance.choices(list(kinds), k=kills)]
    return drawn or POINTS


def kill_workers(scenario: SenderScenario, database_url: str, url: str, on_unknown: str) -> list[str]:
    """Fill the queue, and return the points at which workers were killed, each with a batch of its own."""
    chosen = points(KILLS)
    scenario.fill(BATCH * len(chosen), on_unknown=on_unknown)
    for doomed in batched(zip(chosen, batched(scenario.ids, BATCH, strict=True), strict=True), 4, strict=False):
        start_together(worker(scenario, database_url, url, point, ids) for point, ids in doomed)
    return chosen


def run_kills(
    scenario: SenderScenario, database_url: str, simulated: SimulatedProvider, url: str, on_unknown: str
) -> None:
    chosen = kill_workers(scenario, database_url, url, on_unknown)
    after_kills = simulated.ledger.stats() | {"statuses": scenario.statuses()}
    recover(scenario, url)
    print(f"\n{on_unknown}: {len(chosen)} workers killed, {len(scenario.ids)} messages")  # noqa: T201
    print("after the kills", after_kills)  # noqa: T201
    print("at the end", simulated.ledger.stats() | {"statuses": scenario.statuses()})  # noqa: T201


def test_after_any_kill_a_provider_that_rejects_repeats_accepts_each_message_once(
    scenario: SenderScenario, database_url: str, simulated: SimulatedProvider, url: str
) -> None:
    simulated.behaviour = Behaviour(latency_ms=50, jitter_ms=40, reject_repeats=True)
    run_kills(scenario, database_url, simulated, url, "resend")
    assert scenario.statuses() == {"sent": len(scenario.ids)}
    stats = simulated.ledger.stats()
    assert (stats["accepted"], stats["accepted_ids"]) == (len(scenario.ids), len(scenario.ids))
    assert stats["rejected"] > 0


def test_after_any_kill_hold_calls_each_message_at_most_once(
    scenario: SenderScenario, database_url: str, simulated: SimulatedProvider, url: str
) -> None:
    simulated.behaviour = Behaviour(latency_ms=50, jitter_ms=40)
    run_kills(scenario, database_url, simulated, url, "hold")
    stats = simulated.ledger.stats()
    assert stats["duplicates"] == 0
    assert stats["requests"] <= len(scenario.ids)
    statuses = scenario.statuses()
    assert statuses.keys() == {"sent", "unknown"}
    accepted = {call.id for call in simulated.ledger.calls_from(0)}
    assert {row.id for row in scenario.rows() if row.status == "sent"} <= accepted


@pytest.mark.parametrize("on_unknown", ["resend", "hold"])
def test_after_any_kill_nobody_is_called_who_has_opted_out(
    scenario: SenderScenario, database_url: str, simulated: SimulatedProvider, url: str, on_unknown: str
) -> None:
    simulated.behaviour = Behaviour(latency_ms=50, jitter_ms=40)
    kill_workers(scenario, database_url, url, on_unknown)
    opt_out_everyone(scenario)
    requests = simulated.ledger.stats()["requests"]
    recover(scenario, url)
    assert simulated.ledger.stats()["requests"] == requests
    # Killed workers have claimed the others, and may have sent them.
    assert scenario.statuses().keys() == {"sent", "unknown"}


@pytest.mark.parametrize("on_unknown", ["resend", "hold"])
def test_a_batch_delivered_twice_at_once_is_sent_once(
    scenario: SenderScenario, database_url: str, simulated: SimulatedProvider, url: str, on_unknown: str
) -> None:
    simulated.behaviour = Behaviour(latency_ms=20)
    scenario.fill(BATCH, on_unknown=on_unknown)
    start_together(worker(scenario, database_url, url, "end", scenario.ids) for _ in range(2))
    assert scenario.statuses() == {"sent": BATCH}
    assert simulated.ledger.stats()["requests"] == BATCH
