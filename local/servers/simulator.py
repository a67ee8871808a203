"""The provider simulator as a server of the stack, the targets of its receipts and replies, and its counts."""

import sys
from collections import Counter
from http import HTTPStatus

import httpx
from pydantic import AliasPath, BaseModel, Field

from local import environment
from local.errors import SimulatorOutdated
from local.servers.server import Server, is_success
from local.settings import Settings
from notifications.contracts.enumerations import ProviderKind
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


def send_callbacks_to(settings: Settings, api_url: str, secret: str) -> None:
    """Make the simulator send receipts and replies to the API, signed with the secret.

    Raises:
        SimulatorOutdated: the simulator was started by an earlier version, which cannot.
    """
    targets = {
        "receipt_url": f"{api_url}receipt/{ProviderKind.HTTP}/",
        "inbound_url": f"{api_url}inbound/{ProviderKind.HTTP}/",
        "secret": secret,
    }
    answer = httpx.put(f"{settings.simulator_url}/targets", json=targets, trust_env=False)
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise SimulatorOutdated(
            "the running simulator sends no receipts and replies. Start all anew with: make down up"
        )
    answer.raise_for_status()


class CallCounts(BaseModel):
    """Counts of calls that the simulator has accepted, and of their receipts.

    Attributes:
        receipts_waiting: number of receipts not sent yet.
        receipts_refused: number of receipts that the API has refused.
        receipts_acknowledged: number of receipts by state that the API has accepted.
    """

    accepted_ids: int
    duplicates: int
    receipts_waiting: int = Field(validation_alias=AliasPath("callbacks", "receipts", "waiting"))
    receipts_refused: int = Field(validation_alias=AliasPath("callbacks", "receipts", "refused"))
    receipts_acknowledged: Counter[str] = Field(validation_alias=AliasPath("callbacks", "acknowledged_states"))


def call_counts(settings: Settings) -> CallCounts | None:
    """Read the simulator's counts; None if the stack sends to another provider."""
    if settings.provider_url:
        return None
    answer = httpx.get(f"{settings.simulator_url}/stats", trust_env=False).raise_for_status()
    return CallCounts.model_validate_json(answer.content)
