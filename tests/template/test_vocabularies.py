"""Metrics, roles and parameter values in the template are those of the code."""

import json
from collections.abc import Iterator
from typing import Any

from notifications.contracts.enumerations import Http500Meaning, ProviderKind, ReportLanguage, Role
from notifications.contracts.metrics import Metric
from notifications.events.machine_clients import SCOPES

type Resources = dict[str, Any]

NAMESPACE = {"Fn::Sub": "notifications-${Stage}"}
ROLES = {role.name for role in Role}


def of_type(resources: Resources, kind: str) -> Iterator[dict[str, Any]]:
    for resource in resources.values():
        if resource["Type"] == kind:
            yield resource["Properties"]


def drawn(resources: Resources) -> Iterator[tuple[str, str]]:
    """Return namespace and name of each metric on the dashboard; `.` repeats the value of the metric before."""
    (dashboard,) = of_type(resources, "AWS::CloudWatch::Dashboard")
    for widget in json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]:
        before: list[str] = []
        for metric in widget["properties"]["metrics"]:
            names = [part for part in metric if isinstance(part, str)]
            if names[0] == "...":
                continue
            before = [old if part == "." else part for part, old in zip(names, before or names, strict=False)]
            yield before[0], before[1]


def test_alarms_watch_emitted_metrics(resources: Resources) -> None:
    watched = [
        alarm["MetricName"]
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm")
        if alarm.get("Namespace") == NAMESPACE
    ]
    assert len(watched) > 4
    assert set(watched) <= set(Metric)


def test_the_dashboard_shows_emitted_metrics(resources: Resources) -> None:
    own = {name for namespace, name in drawn(resources) if namespace == NAMESPACE["Fn::Sub"]}
    assert len(own) > 8
    assert own <= set(Metric)


def test_groups_are_the_roles_in_the_order_of_their_rights(resources: Resources) -> None:
    groups = {group["GroupName"]: group["Precedence"] for group in of_type(resources, "AWS::Cognito::UserPoolGroup")}
    assert groups.keys() == ROLES
    assert sorted(groups, key=lambda name: -groups[name]) == [role.name for role in sorted(Role)]


def test_scopes_of_machines_are_the_roles(resources: Resources) -> None:
    (server,) = of_type(resources, "AWS::Cognito::UserPoolResourceServer")
    scopes = {f"{server['Identifier']}/{scope['ScopeName']}" for scope in server["Scopes"]}
    assert scopes == set(SCOPES)
    for client in of_type(resources, "AWS::Cognito::UserPoolClient"):
        named = {scope for scope in client.get("AllowedOAuthScopes", []) if "/" in scope}
        assert named <= set(SCOPES)


def test_parameters_allow_the_values_of_the_settings(source: dict[str, Any]) -> None:
    parameters = source["Parameters"]
    # A provider of AWS End User Messaging needs sender identities, which only the list has.
    assert set(parameters["Provider"]["AllowedValues"]) == set(ProviderKind) - {ProviderKind.EUM}
    assert set(parameters["ProviderHttp500"]["AllowedValues"]) == set(Http500Meaning)
    assert set(parameters["ReportLanguage"]["AllowedValues"]) == set(ReportLanguage)
