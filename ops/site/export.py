"""Copies the built admin site into a folder, to be served by a host of one's own, with a `config.json` for a stack."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from ops.site import build
from ops.site.contents import CONFIG, built_files, config


def export(folder: Path, outputs: Mapping[str, str], *, cognito_url: str, source: Path = build.OUTPUT) -> int:
    """Copy the site. Files of earlier versions stay, because open pages may still load them.

    Args:
        folder: the folder to copy into; created if missing.
        outputs: the outputs of the stack, whose API the pages call.
        cognito_url: the address that users are signed in at.
        source: the folder of the built site.

    Returns:
        The number of files.

    Raises:
        NothingBuilt: the site has not been built.
    """
    count = len(built_files(source))
    shutil.copytree(source, folder, dirs_exist_ok=True)
    (folder / CONFIG).write_text(config(outputs, api_url=outputs["ApiUrl"], cognito_url=cognito_url))
    return count + 1
