"""Instances of the functions: those of MiniStack, and additional forked ones that restart at once."""

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

# Numbers of forked instances.
INSTANCES = {"sender": 6, "dispatcher": 2}
FUNCTIONS = {
    "stack_sender": "SenderFunction",
    "stack_dispatcher": "DispatcherFunction",
    "stack_api": "ApiFunction",
    "stack_dead_letter": "DeadLetterFunction",
    "stack_receiver": "ReceiverFunction",
}
# The longest that the system takes to end a killed process.
KILL_TIMEOUT_SECONDS = 10


@dataclass
class Workers:
    """The running instances, and the number of kills.

    Attributes:
        killed: number of kills by target, as named in the schedule.
    """

    settings: Settings
    killed: Counter[str] = field(default_factory=Counter)

    def start(self, stack: Stack) -> None:
        """Start the forked instances."""
        environ = environment.for_server(self.settings) | {
            **{name: value for name, value in os.environ.items() if name.startswith("AWS_")},
            "PYTHONPATH": os.pathsep.join(sys.path),
            "DATABASE_URL": stack.database_url,
            "PROVIDER_URL": stack.provider_url,
            "PROVIDER_TOKEN": Secrets.load(self.settings).provider_token,
            "QUEUE_URL": stack.queue_url,
            "IMPORTER_FUNCTION_NAME": "importer",
            "POWERTOOLS_METRICS_NAMESPACE": "chaos",
        }
        for role in INSTANCES:
            self._forks(role, environ | {"POWERTOOLS_SERVICE_NAME": role}).start()

    def stop(self) -> None:
        """Stop the forked instances."""
        for role in INSTANCES:
            self._forks(role).stop()

    def kill(self, target: str, choice: float) -> None:
        """Kill one running instance of the target by SIGKILL; the target `senders` means all senders."""
        running = list(self._running(target))
        if running and target != "senders":
            running = [running[int(choice * len(running))]]
        self.killed[target] += _kill(running)

    def kill_all(self) -> None:
        """Kill every sender and dispatcher, so that no worker handles a message that was claimed before."""
        for target in ("senders", "dispatcher", "stack_dispatcher", "stack_dead_letter"):
            self.killed[target] += _kill(list(self._running(target)))

    def _running(self, target: str) -> Iterator[psutil.Process]:
        if target == "senders":
            yield from self._running("sender")
            yield from self._running("stack_sender")
        elif target in INSTANCES:
            yield from _children(self._forks(target))
        else:
            for process in _children(ministack.server(self.settings).process):
                if FUNCTIONS[target] in _function_of(process):
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
        # A zombie has ended, and only waits for its parent to read its exit code.
        if _is_alive(process):
            with suppress(psutil.NoSuchProcess):
                process.kill()
                killed += 1
    psutil.wait_procs([each for each in processes if _is_alive(each)], timeout=KILL_TIMEOUT_SECONDS)
    return killed


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
