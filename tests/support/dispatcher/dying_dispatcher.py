"""Dispatchers in processes of their own that kill themselves at a point: `python -m … DATABASE RECORDS`.

Reads lines of `NOW POINT…` and runs one tick for each of the points, side by side. A point is the number of the
statement or commit before which the process is killed by SIGKILL; one that is never reached is a tick that lives. What
is put onto the queue is added to the file RECORDS. Answers with how each of them ended: the signal, or 0.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from dispatcher.sqs_queue import Queue
from dispatcher.tick import tick
from notifications.contracts.observability import logger, metrics
from notifications.database import engine as database
from tests.support.dispatcher.busy_tick import LIMITS
from tests.support.sqs import attributes


class FileSqs:
    """SQS's client that appends messages to a file, a line each."""

    def __init__(self, path: Path, now: datetime) -> None:
        self._path = path
        self._now = now

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return attributes(len(self._path.read_text().splitlines()) if self._path.exists() else 0)

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: ARG002, N803
        lines = []
        for entry in Entries:
            moment = self._now + timedelta(seconds=entry["DelaySeconds"])
            lines.append(f"{moment.isoformat()} {json.loads(entry['MessageBody'])['message_id']}\n")
        # One write of few bytes at the end of a file is whole, also beside those of others.
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, "".join(lines).encode())
        os.close(file)
        return {}


def run(database_url: str, records: Path, now: datetime, point: int) -> None:
    """Run one tick that is killed at the point."""
    seen = 0

    def step(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = database.engine(database_url)
    event.listen(engine, "before_cursor_execute", step)
    event.listen(engine, "commit", step)
    queue = Queue(FileSqs(records, now), "url")  # type: ignore[arg-type]
    tick(engine, queue, clock=lambda: now, until=now + timedelta(hours=1), limits=LIMITS)


def fork(database_url: str, records: Path, now: datetime, point: int) -> int:
    """Start a dispatcher in a process, and return its id."""
    pid = os.fork()
    if pid == 0:
        run(database_url, records, now, point)
        os._exit(0)
    return pid


def main(database_url: str, records: str) -> None:
    """Run dispatchers for each line of the standard input."""
    logger.setLevel("CRITICAL")
    metrics.namespace = "test"
    for line in sys.stdin:
        now, *points = line.split()
        pids = [fork(database_url, Path(records), datetime.fromisoformat(now), int(point)) for point in points]
        ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        print(*ends, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
