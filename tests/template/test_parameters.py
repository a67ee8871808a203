"""Parameters of a deployment: accepted values, order, and descriptions."""

import re
from typing import Any
from zoneinfo import available_timezones

import pytest
from samtranslator.yaml_helper import yaml_parse

from notifications.providers.connection import parse_proxy
from tooling.paths import ROOT

type Template = dict[str, Any]


def accepts(source: Template, parameter: str, value: str) -> bool:
    """Return True if CloudFormation accepts the value; it matches a pattern against the whole value."""
    return re.fullmatch(source["Parameters"][parameter]["AllowedPattern"], value) is not None


@pytest.mark.parametrize(
    "url",
    [
        "new",
        "postgresql://user:password@db.example.org:5432/notifications",
        "postgresql://user:p%40ss%2Fword@db.example.org/notifications?sslmode=disable",
        "postgresql://user:password@[2001:db8::1]:5432/notifications",
        # Parameters of stacks deployed earlier.
        "",
        "postgresql+pg8000://user:password@db.example.org:5432/notifications",
        "postgresql+psycopg://user:password@db.example.org:5432/notifications",
    ],
)
def test_a_database_url_is_accepted(source: Template, url: str) -> None:
    assert accepts(source, "DatabaseUrl", url)


@pytest.mark.parametrize(
    "url",
    [
        "none",
        "mysql://user:password@db.example.org/notifications",
        "db.example.org:5432/notifications",
        "postgresql://db.example.org/notifications",
        "postgresql://user:password@db.example.org:5432",
        "postgresql://user:password@db.example.org/notifications and more",
    ],
)
def test_a_value_that_is_no_database_url_is_refused(source: Template, url: str) -> None:
    assert not accepts(source, "DatabaseUrl", url)


@pytest.mark.parametrize("token", ["a", "abc.DEF-123_~+/=", "two words", "!~"])
def test_a_token_that_a_header_can_hold_is_accepted(source: Template, token: str) -> None:
    assert accepts(source, "ProviderToken", token)


@pytest.mark.parametrize("token", ["", " ", " a", "a ", "a\tb", "a\nb", "a\x00", "tokén", "токен", "a\x7f"])
def test_a_token_that_no_header_can_hold_is_refused(source: Template, token: str) -> None:
    assert not accepts(source, "ProviderToken", token)


CA = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:provider/ca-AbCdEf"


@pytest.mark.parametrize("arn", ["", CA, CA.replace("aws:", "aws-us-gov:")])
def test_the_secret_of_an_authority_is_accepted(source: Template, arn: str) -> None:
    assert accepts(source, "ProviderCaSecret", arn)


@pytest.mark.parametrize(
    "arn", ["provider/ca", "-----BEGIN CERTIFICATE-----", CA.replace("secretsmanager", "ssm"), f"{CA} "]
)
def test_a_value_that_is_no_secret_of_an_authority_is_refused(source: Template, arn: str) -> None:
    assert not accepts(source, "ProviderCaSecret", arn)


@pytest.mark.parametrize("url", ["", "http://proxy.example.org:3128", "http://10.0.0.1/", "http://[2001:db8::1]:3128"])
def test_a_proxy_is_accepted_by_the_template_and_the_sender(source: Template, url: str) -> None:
    assert accepts(source, "ProviderProxy", url)
    assert not url or parse_proxy(url, setting="ProviderProxy") == url


@pytest.mark.parametrize(
    "url",
    [
        "proxy:3128",
        "https://proxy",
        "socks5://proxy",
        "http://",
        "http://me:pass@proxy",
        "http://proxy:0",
        "http://p/x",
    ],
)
def test_a_value_that_is_no_proxy_is_refused(source: Template, url: str) -> None:
    assert not accepts(source, "ProviderProxy", url)


def test_every_time_zone_is_accepted_as_the_default(source: Template) -> None:
    assert [zone for zone in sorted({"", *available_timezones()}) if not accepts(source, "DefaultTimezone", zone)] == []


@pytest.mark.parametrize("zone", ["Europe/", "Europe Berlin", "(GMT+3) Moscow", "+03:00", " "])
def test_a_value_that_is_no_time_zone_is_refused(source: Template, zone: str) -> None:
    assert not accepts(source, "DefaultTimezone", zone)


def test_a_hidden_parameter_has_a_value_for_every_choice(source: Template) -> None:
    # `sam deploy --guided` repeats its question until a parameter with NoEcho gets a value, also if it has a default.
    hidden = {name: each for name, each in source["Parameters"].items() if each.get("NoEcho")}
    assert hidden.keys() == {"DatabaseUrl", "ProviderToken"}
    assert all(each.get("Default") != "" for each in hidden.values())


def test_parameters_of_the_emulator_are_not_asked_for(source: Template) -> None:
    asked = [name for name in source["Parameters"] if name.startswith("Local")]
    assert not asked


def test_imports_on_the_emulator_are_exports_of_its_own_stack(source: Template) -> None:
    exports = yaml_parse((ROOT / "local/deployment/emulator.yaml").read_text())["Outputs"].values()
    assert imports(source) == {each["Export"]["Name"] for each in exports}


def test_nothing_is_imported_on_aws(source: Template) -> None:
    # CloudFormation resolves an export only in the branch that Fn::If selects; on AWS the export does not exist.
    assert not imports(source, local=False)
    assert source["Conditions"]["IsLocal"] == {"Fn::Equals": [{"Ref": "Stage"}, "local"]}


def imports(node: Any, *, local: bool = True) -> set[str]:
    """Return the names of the exports that a template imports, on the emulator or on AWS."""
    if isinstance(node, list):
        return set().union(*(imports(each, local=local) for each in node))
    if not isinstance(node, dict):
        return set()
    if "Fn::ImportValue" in node:
        return {node["Fn::ImportValue"]}
    if node.keys() == {"Fn::If"} and node["Fn::If"][0] == "IsLocal" and not local:
        return imports(node["Fn::If"][2], local=local)
    return imports(list(node.values()), local=local)


def test_the_console_and_the_guided_deployment_ask_in_the_same_order(source: Template) -> None:
    interface = source["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert grouped == list(source["Parameters"])
    assert interface["ParameterLabels"].keys() == source["Parameters"].keys()


def test_every_parameter_and_output_is_described(source: Template) -> None:
    undescribed = {
        name for kind in ("Parameters", "Outputs") for name, each in source[kind].items() if not each.get("Description")
    }
    assert not undescribed


def test_a_description_names_the_default(source: Template) -> None:
    for name, each in source["Parameters"].items():
        default = str(each.get("Default", ""))
        if default:
            assert default in each["Description"], name
        elif "Default" in each and not name.endswith("CertificateArn"):
            assert "Empty (default)" in each["Description"], name
