"""Environment variables of the stack's processes, independent of the caller's own variables."""

import os
from collections.abc import MutableMapping

import psutil

from local.settings import Settings

REGION = "eu-central-1"
# The variables for network access, for finding programs, and for jobs of many chunks of few messages (tests/chaos).
# Others could change the behaviour of a function.
KEPT_FOR_SERVERS = (
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    *("REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE", "LD_LIBRARY_PATH", "PATH"),
    *("CHANGED_AT_ONCE", "JOB_CHUNK_SIZE"),
)
PORT_VARIABLE = "LOCAL_SERVER_PORT"
LOCAL_HOSTS = "localhost,127.0.0.1"


def use_local_aws(settings: Settings, environ: MutableMapping[str, str] = os.environ) -> None:
    """Point this process, and the tools that it starts, to MiniStack instead of the caller's AWS account."""
    for name in [name for name in environ if name.startswith(("AWS_", "SAM_"))]:
        del environ[name]
    local_aws = {
        "AWS_ENDPOINT_URL": settings.aws_url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SAM_CLI_TELEMETRY": "0",
    }
    environ.update(local_aws)
    for name in ("NO_PROXY", "no_proxy"):
        environ[name] = ",".join(filter(None, [environ.get(name), LOCAL_HOSTS]))


def for_server(settings: Settings, port: int = 0) -> dict[str, str]:
    """Return the environment of a server, and of the functions that MiniStack runs."""
    kept = {name: os.environ[name] for name in KEPT_FOR_SERVERS if name in os.environ}
    return kept | {"HOME": str(settings.state_dir), "LC_ALL": "C.UTF-8", "TZ": "UTC", PORT_VARIABLE: str(port)}


def port_of(process: psutil.Process) -> int:
    """Return the port that a running server was started with."""
    return int(process.environ().get(PORT_VARIABLE, 0))
