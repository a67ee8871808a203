"""Contents of the published admin site: the built files, and `config.json` with the addresses of a stack."""

import json
from collections.abc import Mapping
from pathlib import Path

from ops.errors import NothingBuilt
from ops.site import build

CONFIG = "config.json"


def built_files(source: Path = build.OUTPUT) -> list[Path]:
    """Return the files of the built site, or raise NothingBuilt."""
    files = [path for path in source.rglob("*") if path.is_file()]
    if not files:
        raise NothingBuilt("the admin site has not been built. Build it with: make site")
    return files


def config(outputs: Mapping[str, str], *, api_url: str, cognito_url: str) -> str:
    """Return the text of `config.json`.

    Args:
        outputs: the outputs of the stack.
        api_url: the address of the REST API: a path on the site's host, or a URL.
        cognito_url: the address that users are signed in at.
    """
    return json.dumps({"api_url": api_url, "cognito_url": cognito_url, "client_id": outputs["UserPoolClientId"]})
