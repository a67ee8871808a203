"""Printed results of checks."""

import httpx
import pytest

from ops.errors import ChecksFailed
from ops.verify.results import Failed, Results


def test_checks_that_passed_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    results = Results()
    for title in ("One", "Two"):
        with results.check(title) as current:
            current.note = "noted"
    results.conclude()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["✓", "One"], ["✓", "Two"]]
    assert lines[2] == "All 2 checks have passed"


def test_a_failed_check_is_printed_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    results = Results()
    with pytest.raises(Failed), results.check("One"):
        raise httpx.ConnectError("no route to host")
    with results.check("Two"):
        pass
    with pytest.raises(ChecksFailed, match="1 of 2 checks failed"):
        results.conclude()
    assert capsys.readouterr().out.splitlines()[:2] == ["✗ One", "  no route to host"]
