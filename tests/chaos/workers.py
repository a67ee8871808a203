"""The functions' instances: the stack's MiniStack runs each as a process of its own."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import psutil

from local import ministack
from local.settings import Settings

FUNCTIONS = {
    "sender": "SenderFunction",
    "senders": "SenderFunction",
    "dispatcher": "DispatcherFunction",
    "api": "ApiFunction",
    "dead_letter": "DeadLetterFunction",
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

    def kill(self, victim: str, choice: float) -> None:
        """Kill one instance of a function by SIGKILL, if there is one; all of them for `senders`."""
        running = list(self._running(FUNCTIONS[victim]))
        if running and victim != "senders":
            running = [running[int(choice * len(running))]]
        self.killed[victim] += _kill(running)

    def kill_all(self) -> None:
        """Kill every instance of every function; whatever was claimed or released before has nobody any more."""
        for victim in ("sender", "dispatcher", "dead_letter"):
            self.killed[victim] += _kill(list(self._running(FUNCTIONS[victim])))

    def _running(self, function: str) -> Iterator[psutil.Process]:
        parent = ministack.service(self.settings).background.process()
        for process in sorted(parent.children(), key=lambda each: each.pid) if parent else ():
            try:
                if function in process.environ().get("AWS_LAMBDA_FUNCTION_NAME", ""):
                    yield process
            except psutil.Error:
                continue


def _kill(processes: Sequence[psutil.Process]) -> int:
    killed = 0
    for process in processes:
        try:
            process.kill()
            killed += 1
        except psutil.NoSuchProcess:
            continue
    # MiniStack reaps its children when it next looks: a zombie is dead enough.
    psutil.wait_procs([each for each in processes if _lives(each)], timeout=PATIENCE_SECONDS)
    return killed


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
