"""Runs the provider simulator until SIGTERM or SIGINT."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from pydantic import ValidationError

from provider_simulator.behaviour import Behaviour
from provider_simulator.callbacks.callbacks import Callbacks
from provider_simulator.callbacks.settings import Targets
from provider_simulator.provider import Provider, calls_log
from provider_simulator.server import listening

# Other users of the machine can read a command line.
SECRET_VARIABLE = "RECEIPT_SECRET"  # noqa: S105 - the name of a variable


def main() -> None:
    """Serve with the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m provider_simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8025)
    parser.add_argument("--token", help="the bearer token that a call must have; by default any is accepted")
    parser.add_argument("--latency-ms", type=float, default=20, help="milliseconds before each answer")
    parser.add_argument("--log", type=Path, help="file to append a line of JSON to for each call")
    parser.add_argument("--receipt-url", help="URL that receipts are sent to")
    parser.add_argument("--inbound-url", help="URL that replies are sent to")
    parser.epilog = f"{SECRET_VARIABLE} in the environment is the secret of receipts and replies: whsec_<base64>"
    given = parser.parse_args()
    try:
        targets = _targets(given.receipt_url, given.inbound_url)
    except ValidationError as error:
        first = error.errors()[0]
        parser.error(f"{' '.join(map(str, first['loc'])) or SECRET_VARIABLE}: {first['msg']}")
    if given.log:
        _log_calls_to(given.log)
    provider = Provider(Behaviour(latency_ms=given.latency_ms), token=given.token, callbacks=Callbacks(targets))
    try:
        asyncio.run(_run(provider, given.host, given.port))
    except OSError as error:
        sys.exit(
            f"error: cannot listen on {given.host}:{given.port}: {error.strerror}. Choose another port with --port"
        )


def _targets(receipt_url: str | None, inbound_url: str | None) -> Targets:
    secret = os.environ.get(SECRET_VARIABLE) or None
    return Targets.model_validate({"receipt_url": receipt_url, "inbound_url": inbound_url, "secret": secret})


def _log_calls_to(path: Path) -> None:
    calls_log.addHandler(logging.FileHandler(path))
    calls_log.setLevel(logging.INFO)
    calls_log.propagate = False


async def _run(provider: Provider, host: str, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with listening(provider, host=host, port=port):
        await stopped.wait()


if __name__ == "__main__":
    main()
