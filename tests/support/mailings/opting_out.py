"""Opts people out as the API does: two commits, then the answer."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine

from notifications.clients.opt_outs.commands import Recorder
from notifications.clients.opt_outs.opt_out import OptOut
from notifications.contracts.enumerations import OptOutScope, OptOutSource
from tests.support.mailings.planned import AUTHOR


def opt_out(
    engine: Engine, phones: Iterable[str], *, scope: OptOutScope = OptOutScope.ALL, key: bytes = b"", now: datetime
) -> None:
    """Opt people out.

    Args:
        key: key of the hashes of erased phones.
    """
    recorder = Recorder(
        recording=engine.begin, suppressing=engine.begin, erasure_key=lambda: key, author=AUTHOR, now=now
    )
    recorder.record(
        [OptOut(phone=each, scope=scope, source=OptOutSource.OPERATOR, reason=None, at=now) for each in phones]
    )
