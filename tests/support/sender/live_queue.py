"""A queue in real time with senders in processes of their own, as SQS invokes the sender's Lambda function."""

import heapq
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.functions.invocations import record
from tooling.paths import ROOT

BATCH = 10
# Pause of a sender that has found the queue empty.
IDLE_SECONDS = 0.02


@dataclass
class LiveQueue:
    """SQS's client that keeps records until their delay is over.

    Args:
        repeats: the record of each so many is delivered twice; 0 for none.
    """

    repeats: int = 0
    _waiting: list[tuple[float, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _taken: int = 0

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: ARG002, N803
        for entry in Entries:
            self.put(entry["MessageBody"], delay=entry["DelaySeconds"])
        return {}

    def put(self, body: str, *, delay: float = 0) -> None:
        """Add a record."""
        with self._lock:
            self._taken += 1
            copies = 2 if self.repeats and self._taken % self.repeats == 0 else 1
            for _ in range(copies):
                heapq.heappush(self._waiting, (time.monotonic() + delay, body))

    def take(self) -> list[str]:
        """Return the next batch that may be received now."""
        with self._lock:
            taken: list[str] = []
            while self._waiting and self._waiting[0][0] <= time.monotonic() and len(taken) < BATCH:
                taken.append(heapq.heappop(self._waiting)[1])
            return taken


class LiveSender:
    """A sender's process that takes batches from the queue; after a kill, another process takes its place.

    The records of a killed sender are delivered again at once.
    """

    def __init__(self, queue: LiveQueue, environ: dict[str, str]) -> None:
        self._queue = queue
        self._environ = environ
        self._stops = threading.Event()
        self._process = self._start()
        self._thread = threading.Thread(target=self._run)

    def begin(self) -> None:
        """Take batches from now on."""
        self._wait_for_line()
        self._thread.start()

    def kill(self) -> None:
        """Kill the process."""
        self._process.kill()

    def stop(self) -> None:
        """Finish the last batch and end."""
        self._stops.set()
        self._thread.join()
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    def _start(self) -> subprocess.Popen[str]:
        paths = os.pathsep.join(str(ROOT / folder) for folder in ("layers/shared", "functions", "."))
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.support.sender.queue_worker"],
            cwd=ROOT,
            env=os.environ | self._environ | {"PYTHONPATH": paths, "POWERTOOLS_METRICS_NAMESPACE": "test"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _run(self) -> None:
        while not self._stops.is_set():
            bodies = self._queue.take()
            if not bodies:
                time.sleep(IDLE_SECONDS)
            elif not self._handle(bodies):
                for body in bodies:
                    self._queue.put(body)
                self._replace()

    def _handle(self, bodies: Sequence[str]) -> bool:
        assert self._process.stdin
        event = {"Records": [record(body) for body in bodies]}
        try:
            self._process.stdin.write(json.dumps(event) + "\n")
            self._process.stdin.flush()
        except OSError:
            return False
        return self._wait_for_line()

    def _wait_for_line(self) -> bool:
        assert self._process.stdout
        return any(line in {"ready\n", "done\n"} for line in iter(self._process.stdout.readline, ""))

    def _replace(self) -> None:
        with self._process:
            pass
        self._process = self._start()
        self._wait_for_line()
