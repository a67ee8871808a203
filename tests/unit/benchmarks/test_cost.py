from typing import Any

from samtranslator.yaml_helper import yaml_parse

from benchmarks import cost
from notifications.contracts.metrics import Metric
from tooling.paths import ROOT

# Metrics that a second or third service emits under the same name: each counts.
EMITTED_AGAIN = {
    "dispatcher": {Metric.EXPIRED, Metric.UNKNOWN, Metric.RECEIPTS_APPLIED},
    "importer": {Metric.FAILED_JOBS},
    "migrator": {Metric.UNKNOWN},
}


def test_the_document_has_the_calculated_table() -> None:
    assert cost.table() in (ROOT / "docs/cost.md").read_text()


def test_a_message_costs_a_fraction_of_a_cent() -> None:
    per_message = sum(item.per_million for item in cost.items()) / cost.MILLION
    assert 0 < per_message < 0.0001


def test_database_and_nat_are_three_quarters_of_the_idle_cost() -> None:
    fixed = {item.what: item.fixed for item in cost.items()}
    assert (fixed["Aurora, capacity"] + fixed["NAT gateway, address, traffic"]) / sum(fixed.values()) > 0.75


def test_alarms_and_metrics_of_the_bill_are_those_of_a_stack_with_its_own_database() -> None:
    resources: dict[str, Any] = yaml_parse((ROOT / "observability.yaml").read_text())["Resources"]
    alarms = [each for each in resources.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert len([each for each in alarms if each.get("Condition") in {None, "HasDatabase"}]) == cost.ALARMS
    assert len(set(Metric) - {Metric.CANARY_SILENCE}) + sum(map(len, EMITTED_AGAIN.values())) == cost.METRICS


def test_the_document_explains_a_month_without_messages() -> None:
    text = (ROOT / "docs/cost.md").read_text()
    assert f"costs **${sum(item.cost(0) for item in cost.items()):.2f}**" in text
    parts = {
        "machine client of the stack": cost.MACHINE_CLIENT,
        "its tokens": cost.HOURS / 1000 * cost.TOKENS_THOUSAND,
        "I/O of the ticks": cost.HOURS * 60 * cost.IOS_A_TICK / cost.MILLION * cost.IO_MILLION,
        "alarms": cost.ALARMS * cost.ALARM,
        "metrics": cost.METRICS * cost.METRIC,
        "secrets, key": cost.SECRETS * cost.SECRET + cost.KEY,
    }
    for part, dollars in parts.items():
        assert f"| {part} | ${dollars:.2f} |" in text
