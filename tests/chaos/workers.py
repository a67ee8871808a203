"""The functions' instances: those that the stack's MiniStack runs, and more that are cheap to kill."""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType

import psutil

from local import environment
from local.secrets import Secrets
from local.servers import ministack
from local.settings import Settings
from local.stack.description import Stack
from tooling.process import BackgroundProcess

# How many of the cheap ones there are.
INSTANCES = {"sender": 6, "dispatcher": 2}
FUNCTIONS = {
    "stack_sender": "SenderFunction",
    "stack_dispatcher": "DispatcherFunction",
    "stack_api": "ApiFunction",
    "stack_dead_letter": "DeadLetterFunction",
}
# What the system may take to end a process that it has killed.
PATIENCE_SECONDS = 10


@dataclass
class Workers:
    """The instances that run, and how many were killed.

    Attributes:
        killed: by victim, as the schedule names them.
    """

    settings: Settings
    killed: Counter[str] = field(default_factory=Counter)

    def start(self, stack: Stack) -> None:
        """Start the cheap ones."""
        environ = environment.for_server(self.settings) | {
            **{name: value for name, value in os.environ.items() if name.startswith("AWS_")},
            "PYTHONPATH": os.pathsep.join(sys.path),
            "DATABASE_URL": stack.database_url,
            "PROVIDER_URL": stack.provider_url,
            "PROVIDER_TOKEN": Secrets.load(self.settings).provider_token,
            "QUEUE_URL": stack.queue_url,
            "POWERTOOLS_METRICS_NAMESPACE": "chaos",
        }
        for role in INSTANCES:
            self._forks(role, environ | {"POWERTOOLS_SERVICE_NAME": role}).start()

    def stop(self) -> None:
        """End the cheap ones."""
        for role in INSTANCES:
            self._forks(role).stop()

    def kill(self, victim: str, choice: float) -> None:
        """Kill one instance by SIGKILL, if there is one; all senders, of both kinds, for `senders`."""
        running = list(self._running(victim))
        if running and victim != "senders":
            running = [running[int(choice * len(running))]]
        self.killed[victim] += _kill(running)

    def kill_all(self) -> None:
        """Kill every sender and dispatcher; whatever was claimed or released before has nobody any more."""
        for victim in ("senders", "dispatcher", "stack_dispatcher", "stack_dead_letter"):
            self.killed[victim] += _kill(list(self._running(victim)))

    def _running(self, victim: str) -> Iterator[psutil.Process]:
        if victim == "senders":
            yield from self._running("sender")
            yield from self._running("stack_sender")
        elif victim in INSTANCES:
            yield from _children(self._forks(victim))
        else:
            for process in _children(ministack.server(self.settings).process):
                if FUNCTIONS[victim] in _function_of(process):
                    yield process

    def _forks(self, role: str, environ: Mapping[str, str] = MappingProxyType({})) -> BackgroundProcess:
        command = [sys.executable, "-m", "tests.chaos.instances", role, str(INSTANCES[role])]
        return BackgroundProcess(self.settings.log_file(f"chaos-{role}"), command, environ)


def _children(parent: BackgroundProcess) -> list[psutil.Process]:
    process = parent.find()
    return sorted(process.children(), key=lambda each: each.pid) if process else []


def _function_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("AWS_LAMBDA_FUNCTION_NAME", "")
    except psutil.Error:
        return ""


def _kill(processes: Sequence[psutil.Process]) -> int:
    killed = 0
    for process in processes:
        # A zombie is dead already, and only waits for its parent to notice.
        if _lives(process):
            with suppress(psutil.NoSuchProcess):
                process.kill()
                killed += 1
    psutil.wait_procs([each for each in processes if _lives(each)], timeout=PATIENCE_SECONDS)
    return killed


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
