"""A stage's parameters, as samconfig.toml has them: `python -m ops.stages STAGE [NAME]` prints all, or one's value.

Imports the standard library only, so that it runs before anything is installed.
"""

import sys
import tomllib

from tooling import paths


def parameters(stage: str) -> dict[str, str]:
    """Names and values, or KeyError for a stage that is not there."""
    configuration = tomllib.loads((paths.ROOT / "samconfig.toml").read_text())
    pairs = configuration[stage]["deploy"]["parameters"]["parameter_overrides"].split()
    return dict(pair.split("=", 1) for pair in pairs)


if __name__ == "__main__":
    known = parameters(sys.argv[1])
    named = sys.argv[2:]
    print(known[named[0]] if named else " ".join(f"{name}={value}" for name, value in known.items()))
