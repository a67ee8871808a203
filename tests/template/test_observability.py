"""Alarms, dashboard and queries: every alarm is explained in the runbook and notifies a topic."""

import json
import re
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from migrator.deployment import FIRST_HEARTBEATS
from tooling.paths import ROOT

NESTED: dict[str, Any] = yaml_parse((ROOT / "observability.yaml").read_text())
ALARMS = {
    name: each["Properties"] for name, each in NESTED["Resources"].items() if each["Type"] == "AWS::CloudWatch::Alarm"
}

type Resources = dict[str, Any]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_has_its_heading_in_the_runbook(name: str) -> None:
    heading = ALARMS[name]["AlarmDescription"].partition(":")[0]
    assert heading == name.removesuffix("Alarm")
    assert f"\n### {heading}\n" in (ROOT / "docs/runbook.md").read_text()


def test_the_runbook_has_no_other_alarms() -> None:
    headings = re.findall(r"^### (\w+)$", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE)
    assert {f"{heading}Alarm" for heading in headings} == set(ALARMS)


def test_every_alarm_notifies_the_topic(resources: Resources) -> None:
    alarms = {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    assert alarms.keys() == ALARMS.keys()
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}] for alarm in alarms.values())
    assert resources["AlarmTopic"]["Type"] == "AWS::SNS::Topic"


def test_an_alarm_on_missing_data_waits_for_the_first_in_a_new_stack() -> None:
    breaching = [alarm for alarm in ALARMS.values() if alarm["TreatMissingData"] == "breaching"]
    awaited = {alarm["MetricName"]: alarm["Dimensions"] for alarm in breaching}
    expected = FIRST_HEARTBEATS.items()
    assert awaited == {metric: [{"Name": "service", "Value": service}] for metric, service in expected}


def test_the_dashboard_is_json() -> None:
    body = json.loads(NESTED["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    assert all(widget["properties"]["metrics"] for widget in body["widgets"])


def test_saved_queries_read_the_logs_of_every_function(resources: Resources) -> None:
    functions = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Lambda::Function"]
    groups = {each["LoggingConfig"]["LogGroup"]["Ref"] for each in functions}
    queries = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Logs::QueryDefinition"]
    assert queries
    for query in queries:
        separator, names = query["LogGroupNames"]["Fn::Join"]
        assert separator == ","
        (optional,) = [each["Fn::If"] for each in names if "Fn::If" in each]
        assert optional == ["HasCanary", {"Ref": "CanaryLogs"}, {"Ref": "AWS::NoValue"}]
        always = {each["Ref"] for each in names if "Ref" in each}
        assert always | {"CanaryLogs"} == groups - {"MigratorLogs"}


def test_the_stack_uses_every_output_and_no_other(source: dict[str, Any]) -> None:
    used = re.findall(r"'Fn::GetAtt': \['Observability', 'Outputs\.(\w+)'\]", str(source))
    assert sorted(used) == sorted(NESTED["Outputs"])


def test_the_nested_stack_has_only_resources_that_can_be_recreated() -> None:
    kinds = {each["Type"] for each in NESTED["Resources"].values()}
    assert kinds == {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Logs::QueryDefinition"}


def test_bounces_and_complaints_of_the_report_are_counted_where_alarms_look(resources: Resources) -> None:
    events = resources["ReportEvents"]["Properties"]
    sent_with = resources["ReporterFunction"]["Properties"]["Environment"]["Variables"]["REPORT_CONFIGURATION_SET"]
    assert events["ConfigurationSetName"] == sent_with == {"Ref": "ReportConfigurationSet"}
    destination = events["EventDestination"]
    (dimension,) = destination["CloudWatchDestination"]["DimensionConfigurations"]
    for name, event in (("ReportBouncedAlarm", "bounce"), ("ReportComplainedAlarm", "complaint")):
        alarm = resources[name]["Properties"]
        assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SES", event.capitalize())
        assert alarm["Dimensions"] == [{"Name": dimension["DimensionName"], "Value": sent_with}]
        assert event in destination["MatchingEventTypes"]


def test_the_records_that_verify_a_domain_are_outputs(source: dict[str, Any]) -> None:
    for number in "123":
        output = source["Outputs"][f"ReportDkimRecord{number}"]
        names = re.findall(r"\$\{ReportIdentityInSes\.(\w+)\}", output["Value"]["Fn::Sub"])
        assert names == [f"DkimDNSTokenName{number}", f"DkimDNSTokenValue{number}"]
        assert output["Condition"] == "HasReportDomain"


def test_the_log_group_of_the_database_exists_before_rds_would_create_it(resources: Resources) -> None:
    assert resources["DatabaseLogs"]["Properties"]["LogGroupName"] == {
        "Fn::Sub": "/aws/rds/cluster/${Database}/postgresql"
    }
    instances = [each for each in resources.values() if each["Type"] == "AWS::RDS::DBInstance"]
    assert [each["DependsOn"] for each in instances] == ["DatabaseLogs"] * 2
    exported = resources["Database"]["Properties"]["EnableCloudwatchLogsExports"]
    assert exported == {"Fn::If": ["HasSlowStatementLogs", ["postgresql"], {"Ref": "AWS::NoValue"}]}


def test_flow_logs_are_written_by_a_role_for_this_account_alone(resources: Resources) -> None:
    flows = resources["NetworkFlowLogs"]["Properties"]
    assert flows["LogGroupName"] == {"Ref": "NetworkLogs"}
    assert flows["DeliverLogsPermissionArn"] == {"Fn::GetAtt": ["NetworkLogsRole", "Arn"]}
    (trusted,) = resources["NetworkLogsRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trusted["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_access_logs_are_private_and_expire(resources: Resources) -> None:
    bucket = resources["AdminAccessLogsBucket"]["Properties"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    # Where ACLs are disabled, CloudFront cannot deliver.
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerPreferred"}]
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", {"Ref": "LogRetentionDays"})
    logging = resources["AdminDistribution"]["Properties"]["DistributionConfig"]["Logging"]
    assert logging["Fn::If"][0] == resources["AdminAccessLogsBucket"]["Condition"]
