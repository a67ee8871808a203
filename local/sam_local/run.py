"""Runs each function with `sam local invoke`, and the API with `sam local start-api`."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import httpx

from local.deployment.record import BUCKET
from local.deployment.sam import SAM, STACK_NAME
from local.sam_local import template
from local.secrets import User
from local.servers.server import Server, is_success
from local.settings import Settings
from notifications.contracts.enumerations import Role
from ops import stack, users
from tooling import paths
from tooling.console import console, step
from tooling.errors import ProcessFailed
from tooling.process import BackgroundProcess

EVENTS = paths.ROOT / "events"
SAMPLE_EVENTS = {
    "MigratorFunction": "migrator/update",
    "ApiFunction": "api/list-clients-200",
    "DispatcherFunction": "dispatcher/tick",
    "SenderFunction": "sender/batch",
    "DeadLetterFunction": "dead_letters/unreadable",
    "ReceiverFunction": "receiver/batch",
    "ImporterFunction": "importer/started",
    "ReporterFunction": "reporter/manual",
}
PUBLIC_PATHS = ("health/", "docs/", "api/v1/openapi.json")
VIEWER = User(email="sam-local@notifications.local", role=Role.viewer.name)
# The first call also starts the container.
TIMEOUT_SECONDS = 60
ANSWER_CHARACTERS_SHOWN = 150


def sam_local(settings: Settings) -> None:
    """Show each function's answer to a sample event, then the API's answers to requests."""
    with step("sam build"):
        built = template.write(settings)
    for function, case in SAMPLE_EVENTS.items():
        _show(function, case, _invoke(settings, built, function, case))
    with _api(settings, built) as api:
        token = _token()
        for path in PUBLIC_PATHS:
            _show("start-api", f"GET /{path}", _get(api, path))
        _show("start-api", "GET /api/v1/client/, no token", _get(api, "api/v1/client/", status=401))
        _show("start-api", "GET /api/v1/client/?limit=1", _get(api, "api/v1/client/?limit=1", token=token))


def _show(title: str, case: str, answer: str) -> None:
    shown = " ".join(answer.split())[:ANSWER_CHARACTERS_SHOWN]
    console.print(f"[green]✓[/] {title:<20} {case:<30} {shown}", markup=True, soft_wrap=True)


def _invoke(settings: Settings, built: Path, function: str, case: str) -> str:
    event = json.loads((EVENTS / f"{case}.json").read_text())
    if "ResponseURL" in event:
        # A bucket receives the response in place of CloudFormation.
        event["ResponseURL"] = f"{template.for_container(settings.aws_url)}/{BUCKET}/answers/{case}"
    log = settings.log_file(f"sam-local-{function}")
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [*_sam("invoke", settings, built), function, "--event", "-"]
    with log.open("w") as errors:
        done = subprocess.run(command, input=json.dumps(event), stdout=PIPE, stderr=errors, text=True, check=False)
    answer = done.stdout.strip()
    result = json.loads(answer or "null") or {}
    if done.returncode or "errorMessage" in result or result.get("statusCode", 0) >= httpx.codes.BAD_REQUEST:
        raise ProcessFailed(f"{function} failed with the event {case}: {answer[:ANSWER_CHARACTERS_SHOWN]}", log)
    return answer


@contextmanager
def _api(settings: Settings, built: Path) -> Iterator[Server]:
    """Serve the API while the block runs."""
    port = settings.sam_local_port
    command = [*_sam("start-api", settings, built), "--port", str(port), "--warm-containers", "LAZY"]
    server = Server(
        title="sam local start-api",
        process=BackgroundProcess(settings.log_file("sam-local-api"), command, os.environ),
        port=port,
        port_variable="SAM_LOCAL_PORT",
        is_ready=lambda: is_success(f"http://127.0.0.1:{port}/api/v1/openapi.json"),
    )
    with step(server.title):
        server.ensure_running()
    try:
        yield server
    finally:
        server.stop()


def _sam(command: str, settings: Settings, built: Path) -> list[str]:
    return [
        *(str(SAM), "local", command, "--skip-pull-image", "--docker-network", settings.docker_network),
        *("--template", str(built / template.TEMPLATE), "--env-vars", str(built / template.VARIABLES)),
    ]


def _token() -> str:
    outputs = stack.outputs(STACK_NAME)
    users.put(outputs["UserPoolId"], VIEWER.email, VIEWER.role, VIEWER.password)
    return users.token(outputs["UserPoolClientId"], VIEWER.email, VIEWER.password)


def _get(api: Server, path: str, *, token: str | None = None, status: int = 200) -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"http://127.0.0.1:{api.port}/{path}"
    answer = httpx.get(url, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False)
    if answer.status_code != status:
        raise ProcessFailed(f"GET {url} was answered with {answer.status_code}, not {status}", api.process.log_file)
    return f"{answer.status_code} {answer.text}"
