"""The provider simulator as a server of the stack, and its counts."""

import sys

import httpx
from pydantic import BaseModel

from local import environment
from local.servers.server import Server, is_success
from local.settings import Settings
from tooling import paths
from tooling.process import BackgroundProcess


def server(settings: Settings) -> Server:
    """Describe the provider simulator of this stack."""
    options = ("--port", str(settings.provider_port), "--log", settings.log_file("provider-calls"))
    return Server(
        title="Provider",
        process=BackgroundProcess(
            log_file=settings.log_file("provider"),
            command=[sys.executable, "-m", "provider_simulator", *options],
            environment=environment.for_server(settings, settings.provider_port) | {"PYTHONPATH": str(paths.ROOT)},
        ),
        port=settings.provider_port,
        port_variable="PROVIDER_PORT",
        is_own=settings.servers == "own",
        is_ready=lambda: is_success(f"{settings.simulator_url}/health"),
    )


class CallCounts(BaseModel):
    """Counts of calls that the simulator has accepted."""

    accepted_ids: int
    duplicates: int


def call_counts(settings: Settings) -> CallCounts | None:
    """Read the simulator's counts; None if the stack sends to another provider."""
    if settings.provider_url:
        return None
    answer = httpx.get(f"{settings.simulator_url}/stats", trust_env=False).raise_for_status()
    return CallCounts.model_validate_json(answer.content)
