"""Time limits of database sessions are shorter than the functions' timeouts."""

import pytest
from samtranslator.yaml_helper import yaml_parse

from notifications.database import sessions
from notifications.database.sessions import Session
from tooling.paths import ROOT

# Seconds for everything else that a function does.
MARGIN = 2
SESSIONS = {
    "ApiFunction": sessions.API,
    "DispatcherFunction": sessions.DISPATCHER,
    "SenderFunction": sessions.SENDER,
    "DeadLetterFunction": sessions.DEAD_LETTERS,
    "ReceiverFunction": sessions.RECEIVER,
    "ReporterFunction": sessions.REPORTER,
    "CanaryFunction": sessions.CANARY,
    "ImporterFunction": sessions.IMPORTER,
    "MigratorFunction": sessions.MIGRATOR,
}


@pytest.mark.parametrize(("function", "session"), SESSIONS.items())
def test_a_function_times_out_after_its_database_session(function: str, session: Session) -> None:
    template = yaml_parse((ROOT / "template.yaml").read_text())
    timeout = template["Resources"][function]["Properties"]["Timeout"]
    assert session.longest_failure.total_seconds() + MARGIN <= timeout
