"""Generates a Python client of the API: `python -m tooling.api_client [folder]`."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from tooling import command, paths
from tooling.errors import CommandError

GENERATOR = paths.PROJECT / "bin/openapi-python-client"
DOCUMENT = paths.ROOT / "docs/api/openapi.json"
DEFAULT_FOLDER = paths.ROOT / ".local/client"


def generate(folder: Path) -> str:
    """Generate the client from the committed document, in place of an earlier one.

    The folder gets a project that pip installs, with the package `notifications_client`.

    Returns:
        The generator's messages.

    Raises:
        CommandError: the folder is no client that may be replaced, or the generator failed.
    """
    if folder.exists() and not (folder / "notifications_client").exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} has other files, which the client would replace. Name another folder.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder.parent} cannot be created: {error.strerror}. Name another folder.") from error
    arguments = ("--path", DOCUMENT, "--meta", "uv", "--output-path", folder, "--overwrite")
    # The generator formats the client with ruff.
    environment = {**os.environ, "PATH": f"{GENERATOR.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        (GENERATOR, "generate", *arguments),
        check=False,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise CommandError(f"the client could not be generated: {done.stdout.strip()}")
    return done.stdout


def main(folder: Path) -> None:
    """Generate the client and print where it is and how to use it."""
    generate(folder)
    print(f"{folder}: install it with `pip install {folder}`; docs/api/README.md shows how to call the API with it")


if __name__ == "__main__":
    given = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 and sys.argv[1] else DEFAULT_FOLDER
    sys.exit(command.run(partial(main, given)))
