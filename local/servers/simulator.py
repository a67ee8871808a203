"""The stand-in for the outside provider, as a process, and what it counts."""

import sys
from typing import Self

import httpx
from pydantic import BaseModel

from local import environment
from local.processes.background import Background
from local.servers.server import Service, answers_http
from local.settings import Settings
from tooling import paths


def service(settings: Settings) -> Service:
    """The stand-in as this stack runs it."""
    background = Background("provider", settings.state)
    port = str(settings.provider_port)
    return Service(
        title="Provider",
        background=background,
        port=settings.provider_port,
        variable="PROVIDER_PORT",
        command=[sys.executable, "-m", "provider_simulator", "--port", port, "--log", settings.log("provider-calls")],
        environment=environment.of_services(settings) | {"PYTHONPATH": str(paths.ROOT)},
        is_own=settings.servers == "own",
        answers=lambda: answers_http(f"{settings.stand_in_url}/stats"),
    )


class Calls(BaseModel):
    """What the stand-in has counted."""

    accepted_ids: int
    duplicates: int

    @classmethod
    def read(cls, settings: Settings) -> Self:
        """Its counts now."""
        answer = httpx.get(f"{settings.stand_in_url}/stats", trust_env=False).raise_for_status()
        return cls.model_validate(answer.json())
