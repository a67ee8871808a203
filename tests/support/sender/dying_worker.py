"""A sender process that kills itself at a point: `python -m … DATABASE PROVIDER POINT NOW ID…`.

Points: `commit:N` before its Nth commit (1 the claim, 2 the outcomes), `call:N` before its Nth call,
`during:N` while the answer to its Nth call is awaited, `answer:N` after the Nth answer, `end` after all.
It prints a line when it is ready, and starts when it reads one from its standard input.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event

from notifications.database import engine as database
from sender.delivery import Sender
from sender.providers.base import OutgoingMessage
from sender.providers.http import HttpProvider
from tests.support.sender.scenario import client_of


class KillPoint:
    """Counts events, and kills the process at the chosen point."""

    def __init__(self, point: str) -> None:
        self._point = point
        self._seen = dict.fromkeys(("commit", "call", "during", "answer"), 0)

    def reach(self, kind: str) -> None:
        self._seen[kind] += 1
        if self._point == f"{kind}:{self._seen[kind]}":
            os.kill(os.getpid(), signal.SIGKILL)


class KillingProvider:
    name = "http"

    def __init__(self, inner: HttpProvider, kill_point: KillPoint) -> None:
        self._inner = inner
        self._kill_point = kill_point

    async def send(self, message: OutgoingMessage) -> None:
        self._kill_point.reach("call")
        call = asyncio.ensure_future(self._inner.send(message))
        await asyncio.sleep(0.01)
        self._kill_point.reach("during")
        await call
        self._kill_point.reach("answer")


def main(database_url: str, provider_url: str, point: str, now: str, *ids: str) -> None:
    kill_point = KillPoint(point)
    engine = database.engine(database_url)
    event.listen(engine, "commit", lambda _: kill_point.reach("commit"))
    provider = KillingProvider(client_of(provider_url), kill_point)
    with engine.connect():
        print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    sender = Sender(erasure_key=bytes, engine=engine, provider=provider, clock=lambda: datetime.fromisoformat(now))
    asyncio.run(sender.deliver([int(each) for each in ids]))


if __name__ == "__main__":
    main(*sys.argv[1:])
