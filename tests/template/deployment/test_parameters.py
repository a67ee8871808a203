"""Parameters of a deployment: accepted values, order, and descriptions."""

import re
import string
from typing import Any
from zoneinfo import available_timezones

import pytest
from samtranslator.yaml_helper import yaml_parse

from api.middleware.bodies.signatures import MIN_KEY_BYTES
from notifications.jobs.retention.periods import RetentionSettings
from notifications.providers.connection import parse_proxy
from ops import stages
from tests.template.conftest import Resources, of_type
from tests.template.deployment.resolution import Resolution
from tooling.paths import ROOT

type Template = dict[str, Any]

QUOTA_OF_A_NEW_ACCOUNT = 10
# AWS refuses reserves that would leave less for the functions without one.
KEPT_UNRESERVED = 100
RESERVED = "ReservedConcurrentExecutions"


def accepts(source: Template, parameter: str, value: str) -> bool:
    """Return True if CloudFormation accepts the value; it matches a pattern against the whole value."""
    return re.fullmatch(source["Parameters"][parameter]["AllowedPattern"], value) is not None


SECRETS = ["ProviderTokenSecret", "ProviderCaSecret", "DatabaseSecret"]
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:notifications/token-AbCdEf"


def test_no_parameter_holds_a_secret(source: Template) -> None:
    # Whoever may describe the stack sees its parameters. `sam deploy --guided` takes no empty answer to a hidden one.
    assert not [name for name, each in source["Parameters"].items() if "NoEcho" in each]
    assert [name for name in source["Parameters"] if name.endswith("Secret")] == SECRETS
    secrets = [each for each in source["Resources"].values() if each["Type"] == "AWS::SecretsManager::Secret"]
    assert secrets
    assert not [each for each in secrets if "SecretString" in each["Properties"]]


def test_the_secret_of_receipts_is_base64_of_a_key_that_is_long_enough(source: Template) -> None:
    generated = source["Resources"]["ReceiptSecret"]["Properties"]["GenerateSecretString"]
    assert set(generated["ExcludeCharacters"]) == set(string.punctuation)
    # Each four letters or digits are three bytes.
    assert generated["PasswordLength"] % 4 == 0
    assert generated["PasswordLength"] * 3 / 4 >= MIN_KEY_BYTES


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("arn", ["", ARN, ARN.replace("aws:", "aws-us-gov:")])
def test_a_secret_is_given_by_its_arn_or_not_at_all(source: Template, name: str, arn: str) -> None:
    assert accepts(source, name, arn)
    assert source["Parameters"][name]["Default"] == ""


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "value",
    [
        "notifications/token",
        "postgresql://user:password@db.example.org:5432/notifications",
        "-----BEGIN CERTIFICATE-----",
        # IAM compares the whole ARN, with the characters that Secrets Manager adds.
        ARN.removesuffix("-AbCdEf"),
        ARN.replace("secretsmanager", "ssm"),
        f"{ARN} ",
    ],
)
def test_a_value_that_is_no_arn_of_a_secret_is_refused(source: Template, name: str, value: str) -> None:
    assert not accepts(source, name, value)


LIST = "providers: [{name: alpha, kind: sns}]"
HOST = "https://provider.example.org"


@pytest.mark.parametrize(
    ("chosen", "allowed"),
    [
        ({"ProviderUrl": HOST}, True),
        ({"ProviderUrl": ""}, False),
        ({"Provider": "sns"}, True),
        ({"Providers": LIST}, True),
        # The list and the parameters of an only provider exclude each other.
        ({"Providers": LIST, "Provider": "sns"}, False),
        ({"Providers": LIST, "ProviderUrl": HOST}, False),
        ({"Providers": LIST, "ProviderTokenSecret": ARN}, False),
        ({"Providers": LIST, "ProviderCaSecret": ARN}, False),
        ({"Providers": LIST, "ProviderProxy": "http://proxy:3128"}, False),
        ({"Providers": LIST, "ProviderHttp500": "not_accepted"}, False),
    ],
)
def test_there_is_either_a_list_of_providers_or_an_only_one(
    template: Template, chosen: dict[str, str], allowed: bool
) -> None:
    resolution = Resolution(template, chosen)
    rules = [template["Rules"][name] for name in ("UrlForHttpProvider", "ListOrOnlyProvider")]
    applied = [rule for rule in rules if resolution.holds(rule["RuleCondition"])]
    assert all(resolution.holds(each["Assert"]) for rule in applied for each in rule["Assertions"]) == allowed


@pytest.mark.parametrize(
    ("chosen", "uses"),
    [
        ({"Provider": "sns"}, True),
        ({"Provider": "http"}, False),
        ({"Providers": LIST}, True),
        ({"Providers": LIST.replace("sns", "http")}, False),
    ],
)
def test_text_messages_are_allowed_only_if_a_provider_needs_it(
    template: Template, chosen: dict[str, str], uses: bool
) -> None:
    assert Resolution(template, chosen).holds("UsesSns") == uses
    assert template["Resources"]["TextMessagePolicy"]["Condition"] == "UsesSns"


def test_the_secrets_of_the_list_are_whole_arns(source: Template) -> None:
    assert source["Parameters"]["ProviderSecrets"]["Type"] == "CommaDelimitedList"
    # CloudFormation matches each of them against the pattern.
    assert accepts(source, "ProviderSecrets", ARN)
    assert accepts(source, "ProviderSecrets", "")
    assert not accepts(source, "ProviderSecrets", "notifications/token")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ReportSender", "reports@example.org"),
        ("ReportSender", "first.last+tag@mail.example.co.uk"),
        ("ReportRecipients", "ann@example.org"),
        ("ReportRecipients", "ann@example.org,bob@example.org , eve@mail.example.org"),
    ],
)
def test_a_mail_address_is_accepted(source: Template, name: str, value: str) -> None:
    assert accepts(source, name, value)


@pytest.mark.parametrize("name", ["ReportSender", "ReportRecipients"])
@pytest.mark.parametrize(
    "value", ["", "reports", "reports@host", "a b@example.org", "Reports <r@example.org>", "a@b.c,"]
)
def test_a_value_that_is_no_mail_address_is_refused(source: Template, name: str, value: str) -> None:
    assert not accepts(source, name, value)


def test_one_address_sends_the_report(source: Template) -> None:
    assert not accepts(source, "ReportSender", "ann@example.org,bob@example.org")


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


@pytest.mark.parametrize(
    "origin", ["*", "https://admin.example.org", "https://admin.example.org:8443", "http://localhost:5173"]
)
def test_an_origin_is_accepted(source: Template, origin: str) -> None:
    assert accepts(source, "CorsOrigins", origin)


@pytest.mark.parametrize(
    "origin", ["", "admin.example.org", "https://admin.example.org/", "http://admin.example.org", "https://*", "null"]
)
def test_a_value_that_is_no_origin_is_refused(source: Template, origin: str) -> None:
    assert not accepts(source, "CorsOrigins", origin)


def test_every_time_zone_is_accepted_as_the_default(source: Template) -> None:
    assert [zone for zone in sorted({"", *available_timezones()}) if not accepts(source, "DefaultTimezone", zone)] == []


@pytest.mark.parametrize("zone", ["Europe/", "Europe Berlin", "(GMT+3) Moscow", "+03:00", " "])
def test_a_value_that_is_no_time_zone_is_refused(source: Template, zone: str) -> None:
    assert not accepts(source, "DefaultTimezone", zone)


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


def test_a_new_account_has_room_for_the_api_beside_the_rest_of_dev(resources: Resources) -> None:
    dev = stages.parameters("default")
    assert dev["ReservedConcurrency"] == "false"
    scaling = resources["DeadLetterMapping"]["Properties"]["ScalingConfig"]
    at_once = {
        "senders": int(dev["SenderConcurrency"]),
        "dead letters": scaling["MaximumConcurrency"],
        # Two ticks of the schedule or one and a change's that waits, and a change's that does what is due.
        "dispatcher": 3,
        "reporter": 1,
    }
    assert QUOTA_OF_A_NEW_ACCOUNT - sum(at_once.values()) >= 2


@pytest.mark.parametrize("readme", ["README.md", "README.ru.md"])
def test_the_readme_names_the_quota_that_the_reserves_need(source: Template, resources: Resources, readme: str) -> None:
    functions = of_type(resources, "AWS::Lambda::Function").values()
    reserves = [each[RESERVED]["Fn::If"] for each in functions if RESERVED in each]
    assert {condition for condition, *_ in reserves} == {"HasReservedConcurrency"}
    reserved = sum(number for _, number, _ in reserves)
    written = (ROOT / readme).read_text()
    for number in (reserved, reserved + KEPT_UNRESERVED):
        assert re.search(rf"\b{number}\b", written)
    description = source["Parameters"]["ReservedConcurrency"]["Description"]
    assert f"at least {reserved + KEPT_UNRESERVED}." in description


@pytest.mark.parametrize("setting", RetentionSettings.model_fields)
def test_days_of_retention_reach_the_dispatcher(source: Template, setting: str) -> None:
    parameter = "".join(part.title() for part in setting.split("_"))
    declared = source["Parameters"][parameter]
    assert declared["Default"] == RetentionSettings.model_fields[setting].default
    assert declared["MinValue"] == 1
    environment = source["Resources"]["DispatcherFunction"]["Properties"]["Environment"]["Variables"]
    assert environment[setting.upper()] == {"Ref": parameter}
