"""What the stack's processes find in their environment: the same on every machine, whatever its owner has set."""

import os
from typing import Literal

from local.settings import Settings

REGION: Literal["eu-central-1"] = "eu-central-1"
# How this machine reaches the network and its programs. The rest of the caller's could change what a function does.
KEPT_FOR_SERVICES = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "LD_LIBRARY_PATH",
    "PATH",
)
LOCAL_HOSTS = "localhost,127.0.0.1"


def isolate(settings: Settings) -> None:
    """Turn this process, and the tools it calls, from the caller's AWS account to the local one."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "SAM_"))]:
        del os.environ[name]
    os.environ |= {
        "AWS_ENDPOINT_URL": settings.aws_url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SAM_CLI_TELEMETRY": "0",
    }
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), LOCAL_HOSTS]))


def of_services(settings: Settings) -> dict[str, str]:
    """For processes that stand in for the cloud and run the project's code."""
    kept = {name: os.environ[name] for name in KEPT_FOR_SERVICES if name in os.environ}
    return kept | {"HOME": str(settings.state), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
