"""Results of the checks, printed one a line."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from ops.errors import ChecksFailed
from tooling.console import Step, console, step
from tooling.errors import CommandError


class Failed(CommandError):
    """A check found something else than it expected."""


class Results:
    """Results of one run."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    @contextmanager
    def check(self, title: str) -> Iterator[Step]:
        """Run the block as one check, and print its result with the step's note.

        Raises:
            Failed: the check failed, and its reason is printed.
        """
        try:
            with step(title) as current:
                yield current
        except (CommandError, httpx.HTTPError, BotoCoreError, ClientError) as error:
            self.failed += 1
            console.print(f"  {error}", markup=False, soft_wrap=True)
            raise Failed(title) from error
        self.passed += 1

    def conclude(self) -> None:
        """Print that all checks have passed, or raise ChecksFailed."""
        if self.failed:
            raise ChecksFailed(
                f"{self.failed} of {self.passed + self.failed} checks failed, for the reasons above. "
                "Checks that need a failed one were not run. Remedies: docs/runbook.md"
            )
        console.print(f"All {self.passed} checks have passed")
