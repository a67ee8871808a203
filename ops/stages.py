"""Prints parameters of a stage from samconfig.toml: `python -m ops.stages STAGE [NAME]`, all of them or one value.

Imports the standard library only, because make calls it before anything is installed.
"""

import sys
import tomllib

from tooling import paths


def parameters(stage: str) -> dict[str, str]:
    """Return the template parameters of a stage, by name.

    Raises:
        KeyError: samconfig.toml has no such stage.
    """
    configuration = tomllib.loads((paths.ROOT / "samconfig.toml").read_text())
    pairs = configuration[stage]["deploy"]["parameters"]["parameter_overrides"].split()
    return dict(pair.split("=", 1) for pair in pairs)


def main(stage: str, name: str | None = None) -> None:
    """Print the parameters in the format of `sam deploy`, or the value of the named one."""
    known = parameters(stage)
    print(known[name] if name else " ".join(f"{key}={value}" for key, value in known.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
