"""Runs schemathesis against the API's handler, with valid and invalid calls of its document."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

from tests.fuzz.gateway_server import serving
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway

CONFIG = Path(__file__).with_name("schemathesis.toml")


def fuzz(engine: Engine, *options: str) -> int:
    """Run schemathesis with these options on an empty database, and return its exit code: 0 without findings."""
    call = api_over(engine)
    _fill(call)
    with serving(call) as url:
        command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIG), "run"]
        where = [f"{url}/api/v1/openapi.json", "--url", url, "--header", "Authorization: Bearer admin"]
        return subprocess.run([*command, *where, *options], check=False).returncode


def _fill(call: Gateway) -> None:
    """Store the resources that the document's examples refer to."""
    call("POST", "client/", {"phone": "79261234567", "timezone": "Europe/Moscow", "attributes": {"name": "Ann"}})
    call("POST", "tag/", {"name": "vip"})
    for _ in range(10):
        times = {"starts_at": "2030-01-01T10:00:00Z", "ends_at": "2030-01-02T10:00:00Z"}
        call("POST", "mailing/", {"text": "Hi", "filter": {"tags": []}} | times)
