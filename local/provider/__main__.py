"""`python -m local.provider --port 8025`."""

import argparse
import asyncio
import logging
import signal
from pathlib import Path

from local.provider.behaviour import Behaviour
from local.provider.server import Provider, listening


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="local.provider", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token", help="the bearer token that calls need; any, if not given")
    parser.add_argument("--latency-ms", type=float, default=20)
    parser.add_argument("--log", type=Path, help="a file that gets a line of JSON for every call")
    given = parser.parse_args()
    if given.log:
        logging.basicConfig(filename=given.log, level=logging.INFO, format="%(message)s")
    provider = Provider(Behaviour(latency_ms=given.latency_ms), token=given.token)
    asyncio.run(_serve(provider, given.host, given.port))


async def _serve(provider: Provider, host: str, port: int) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with listening(provider, host=host, port=port):
        await ended.wait()


if __name__ == "__main__":
    main()
