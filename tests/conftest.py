"""Hooks of pytest: distribution over workers, and additional lines in the summary."""

import os

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

# Tests never use the caller's AWS account; a test that needs AWS sets the variables itself.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
# Powertools reads this variable when the functions are imported.
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "test"


class StackByStack(LoadFileScheduling):  # type: ignore[misc]
    """Schedules tests by file, but all tests of the whole stack on one worker, which starts it once."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/e2e" if nodeid.startswith("tests/e2e/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> StackByStack:
    return StackByStack(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    properties = [each for report in terminalreporter.getreports("passed") for each in report.user_properties]
    if met := sum(value for name, value in properties if name == "dispatcher_faults"):
        terminalreporter.write_line(f"dispatcher: {met} faults met, nothing lost, nothing doubled")
    if checked := sum(value for name, value in properties if name == "checked_instants"):
        terminalreporter.write_line(f"send windows: {checked:,} instants checked against the wall clock")
    for upgraded in (value for name, value in properties if name == "upgraded"):
        terminalreporter.write_line(f"upgrade: {upgraded}")
