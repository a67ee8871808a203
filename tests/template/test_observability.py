"""Every alarm is explained, and none is without somebody to tell."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).resolve().parents[2]
RESOURCES: dict[str, Any] = cfn_yaml.load(str(ROOT / "template.yaml"))["Resources"]
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_has_its_heading_in_the_runbook(name: str) -> None:
    heading = ALARMS[name]["AlarmDescription"].partition(":")[0]
    assert heading == name.removesuffix("Alarm")
    assert f"\n### {heading}\n" in (ROOT / "docs/runbook.md").read_text()


def test_the_runbook_has_no_other_alarms() -> None:
    headings = re.findall(r"^### (\w+)$", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE)
    assert {f"{heading}Alarm" for heading in headings} == set(ALARMS)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_somebody(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_the_dashboard_is_json() -> None:
    body = json.loads(RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    assert all(widget["properties"]["metrics"] for widget in body["widgets"])


def test_queries_know_every_function_s_logs() -> None:
    groups = {name for name, each in RESOURCES.items() if each["Type"] == "AWS::Logs::LogGroup"}
    queries = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Logs::QueryDefinition"]
    assert queries
    for query in queries:
        assert {each["Ref"] for each in query["LogGroupNames"]} == groups - {"ApiAccessLogs", "MigratorLogs"}
