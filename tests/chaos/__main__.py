"""`python -m tests.chaos --seed 7 --seconds 60 --clients 3000`: inject faults, then check all records."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
from rich import box
from rich.table import Table
from sqlalchemy import delete

from local import environment
from local.demo.reconciliation import Count
from local.settings import Settings
from local.stack.description import Stack
from local.stack.down import down
from local.stack.up import up
from notifications.contracts.observability import logger
from notifications.database import engine as database
from notifications.database.tables import opt_out
from tests.chaos import drafts, long_jobs, recorder
from tests.chaos.acts import behave, repeat_receipts_soon
from tests.chaos.audience import csv_of
from tests.chaos.operator import Operator
from tests.chaos.run import Run
from tests.chaos.workers import Workers
from tests.support.ports import free_ports
from tooling import command
from tooling.console import console, step

STATE = Path(".local/chaos")


def main() -> int:
    """Run the seeds one after the other and return the exit code, 1 if a check failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--seconds", type=float, default=60, help="duration of the faults")
    parser.add_argument("--clients", type=int, default=3000, help="number of clients in the audience")
    given = parser.parse_args()
    command.raise_keyboard_interrupt_on_signals()
    # Connections break during the whole run.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    logger.setLevel(logging.CRITICAL)
    ministack, postgres, provider = free_ports(3)
    settings = Settings(
        local_dir=STATE, ministack_port=ministack, postgres_port=postgres, provider_port=provider, provider_url=None
    )
    environment.use_local_aws(settings)
    os.environ.update(long_jobs.ENVIRONMENT)
    try:
        stack = up(settings)
        repeat_receipts_soon()
        verdicts = [_run(settings, stack, seed, given.seconds, given.clients) for seed in given.seed]
    finally:
        down(settings)
    return 0 if all(verdicts) else 1


def _run(settings: Settings, stack: Stack, seed: int, seconds: float, clients: int) -> bool:
    operator = Operator(settings, stack)
    _prepare(operator, clients)
    workers = Workers(settings)
    try:
        workers.start(stack)
        with step("Mailings with failed and unknown messages"):
            run = Run.begin(operator, workers, clients=clients, seconds=seconds)
        return _verdict(run, seed, seconds)
    finally:
        workers.stop()


def _verdict(run: Run, seed: int, seconds: float) -> bool:
    with step(f"Seed {seed}: injecting faults") as current:
        run.inject_faults(seed, seconds)
        sent = sum(number for ending, number in run.endings().items() if "sent" in ending)
        current.note = f"{run.chaos.workers.killed.total()} kills, {sent:,} messages sent"
    with step(f"Seed {seed}: recovering"):
        try:
            recovery_seconds = run.recover()
        except TimeoutError as error:
            console.print(f"[red]FAIL[/] seed {seed}: {error}")
            return False
    counts = list(run.checks())
    console.print(_table(run, counts, seed=seed, recovery_seconds=recovery_seconds))
    return all(each.is_expected for each in counts)


def _prepare(operator: Operator, clients: int) -> None:
    with step(f"{clients:,} clients"):
        csv = {"Content-Type": "text/csv"}
        imported = operator.require("POST", "client/import/", content=csv_of(clients), headers=csv)
        assert imported["created"] + imported["updated"] == clients, imported["refused"]
    operator.require("POST", "client/import/", content=drafts.CSV, headers=csv)
    with database.engine(operator.stack.database_url).begin() as connection:
        recorder.install(connection)
        connection.execute(delete(opt_out))
    httpx.post(f"{operator.stack.provider_url}/reset", trust_env=False).raise_for_status()
    behave(operator.stack)


def _table(run: Run, counts: Sequence[Count], *, seed: int, recovery_seconds: float) -> Table:
    table = Table("", "count", "", box=box.SIMPLE, title=f"seed {seed}")
    table.columns[1].justify = "right"
    groups = (
        {f"killed: {name}": number for name, number in sorted(run.chaos.workers.killed.items())},
        {f"done: {name}": number for name, number in sorted(run.chaos.done.items())},
        {f"not done: {name}": number for name, number in sorted(run.chaos.failed.items())},
        {f"API answered {status or 'nothing'}": n for status, n in sorted(run.chaos.operator.answers.items())},
        {f"ended: {name}": number for name, number in run.endings().items()},
        run.jobs(),
        run.receipts(),
        {"seconds to recover": round(recovery_seconds)},
    )
    for group in groups:
        for name, number in group.items():
            table.add_row(name, f"{number:,}")
        table.add_section()
    for each in counts:
        table.add_row(each.title, f"{each.found:,}", each.verdict)
    return table


if __name__ == "__main__":
    sys.exit(main())
