"""Prints parameters of a stage from samconfig.toml: `python -m ops.stages STAGE [NAME]`, all of them or one value.

Imports the standard library only, because make calls it before anything is installed.
"""

import re
import shlex
import sys
import tomllib
from pathlib import Path

from tooling import paths

CONFIGURATION = paths.ROOT / "samconfig.toml"


def parameters(stage: str, configuration: Path = CONFIGURATION) -> dict[str, str]:
    """Return the template parameters of a stage, by name.

    `sam deploy --guided` writes each value in quotes.

    Raises:
        KeyError: the file has no such stage.
    """
    stages = tomllib.loads(configuration.read_text())
    pairs = shlex.split(stages[stage]["deploy"]["parameters"]["parameter_overrides"])
    return dict(pair.split("=", 1) for pair in pairs)


def overrides(known: dict[str, str]) -> str:
    """Return parameters as arguments of `--parameter-overrides` for a shell. SAM wants spaces in double quotes."""
    return " ".join(shlex.quote(f"{name}={_quoted(value)}") for name, value in known.items())


def _quoted(value: str) -> str:
    if re.fullmatch(r"[\w@%+=:,./-]+", value):
        return value
    return '"' + value.replace('"', r"\"") + '"'


def main(stage: str, name: str | None = None) -> None:
    """Print the parameters in the format of `sam deploy`, or the value of the named one."""
    try:
        known = parameters(stage)
    except KeyError:
        sys.exit(f"error: samconfig.toml has no parameters of a stage {stage!r}. STAGE is the name of a section")
    print(known[name] if name else overrides(known))


if __name__ == "__main__":
    main(*sys.argv[1:])
