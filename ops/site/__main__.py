"""`python -m ops.site` builds the admin site; with arguments it runs npm in `admin_site` (`run dev`, `test`)."""

import sys

from ops.site import build
from tooling import command, paths


def main() -> None:
    """Build the site, or become npm with the arguments of the command line."""
    if arguments := sys.argv[1:]:
        build.become_npm(arguments)
    done = "Built" if build.build() else "Unchanged:"
    print(done, build.OUTPUT.relative_to(paths.ROOT))


if __name__ == "__main__":
    sys.exit(command.run(main))
