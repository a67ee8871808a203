"""Every function by `sam local invoke`, and the API by `sam local start-api`, over the stack of docker-compose.yml."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from local.console import console, step
from local.deployment import sam
from local.deployment.record import BUCKET
from local.processes.background import Background
from local.sam_local import template
from local.secrets import User
from local.servers.server import Service, answers_http
from local.settings import Settings
from notifications.contracts.enumerations import Role
from ops import users
from tooling import paths
from tooling.errors import CommandFailed

EVENTS = paths.ROOT / "events"
CASES = {
    "MigratorFunction": "migrator/update",
    "ApiFunction": "api/list-clients-200",
    "DispatcherFunction": "dispatcher/tick",
    "SenderFunction": "sender/batch",
    "DeadLetterFunction": "dead_letters/unreadable",
    "ReporterFunction": "reporter/manual",
}
PUBLIC = ("health/", "docs/", "api/v1/openapi.json")
OWN = User(email="sam-local@notifications.local", role=Role.viewer.name)
# The first call starts the container.
TIMEOUT_SECONDS = 60
SHOWN = 150


def sam_local(settings: Settings) -> None:
    """Show an event's answer for each function, then the API's answers to requests."""
    with step("sam build"):
        built = template.write(settings)
    for function, case in CASES.items():
        _show(function, case, _invoke(settings, built, function, case))
    with _api(settings, built) as url:
        token = _token()
        for path in PUBLIC:
            _show("start-api", f"GET /{path}", _get(f"{url}/{path}"))
        _show("start-api", "GET /api/v1/client/, no token", _get(f"{url}/api/v1/client/", expected=401))
        _show("start-api", "GET /api/v1/client/?limit=1", _get(f"{url}/api/v1/client/?limit=1", token=token))


def _show(what: str, case: str, answer: str) -> None:
    shown = " ".join(answer.split())[:SHOWN]
    console.print(f"[green]✓[/] {what:<20} {case:<30} {shown}", markup=True, soft_wrap=True)


def _invoke(settings: Settings, built: Path, function: str, case: str) -> str:
    event = json.loads((EVENTS / f"{case}.json").read_text())
    if "ResponseURL" in event:
        # Anything that takes a PUT stands in for CloudFormation.
        event["ResponseURL"] = f"{template.aws_url(settings)}/{BUCKET}/answers/{case}"
    log = settings.log(f"sam-local-{function}")
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [*_sam("invoke", settings, built), function, "--event", "-"]
    with log.open("w") as errors:
        done = subprocess.run(
            command, input=json.dumps(event), stdout=subprocess.PIPE, stderr=errors, text=True, check=False
        )
    answer = done.stdout.strip()
    if done.returncode != 0 or _has_failed(json.loads(answer or "null")):
        raise CommandFailed(f"{function} failed at {case}: {answer[:SHOWN]}", log)
    return answer


def _has_failed(answer: Any) -> bool:
    return isinstance(answer, dict) and (
        "errorMessage" in answer or answer.get("statusCode", 0) >= httpx.codes.BAD_REQUEST
    )


@contextmanager
def _api(settings: Settings, built: Path) -> Iterator[str]:
    port = settings.sam_local_port
    url = f"http://127.0.0.1:{port}"
    service = Service(
        title="sam local start-api",
        background=Background("sam-local-api", settings.state),
        port=port,
        variable="SAM_LOCAL_PORT",
        command=[*_sam("start-api", settings, built), "--port", str(port), "--warm-containers", "LAZY"],
        environment=dict(os.environ),
        answers=lambda: answers_http(f"{url}/api/v1/openapi.json"),
    )
    with step(service.title):
        service.ensure()
    try:
        yield url
    finally:
        service.stop()


def _sam(command: str, settings: Settings, built: Path) -> list[str]:
    return [
        *(str(sam.SAM), "local", command, "--skip-pull-image", "--docker-network", settings.docker_network),
        *("--template", str(built / template.TEMPLATE), "--env-vars", str(built / template.VARIABLES)),
    ]


def _token() -> str:
    outputs = sam.outputs()
    users.ensure(outputs["UserPoolId"], OWN)
    return users.token(outputs["UserPoolClientId"], OWN)


def _get(url: str, *, token: str | None = None, expected: int = 200) -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = httpx.get(url, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False)
    if answer.status_code != expected:
        raise CommandFailed(f"GET {url} was answered with {answer.status_code}", Path("sam-local-api.log"))
    return f"{answer.status_code} {answer.text}"
