"""Rules of the network, of the database and of the number of its connections."""

import itertools
from dataclasses import dataclass
from typing import Any

import pytest

from notifications.database.engine import CONNECTIONS_PER_INSTANCE

type Resources = dict[str, Any]

# Connections that PostgreSQL on Aurora Serverless v2 accepts, by maximum capacity, as documented by AWS. For 2 units,
# which are not documented, twice the number of 1 is assumed.
MAX_CONNECTIONS = {1: 189, 2: 378, 4: 823, 8: 1_669, 16: 3_360, 32: 5_000, 64: 5_000, 128: 5_000}
# Maximum for a minimum capacity of half a unit.
MAX_CONNECTIONS_FROM_HALF_A_UNIT = 2_000
# Reserved for an operator and for RDS itself.
USABLE_SHARE = 0.9


@dataclass(frozen=True)
class Parameters:
    """Parameters of a deployment that determine the numbers of needed and accepted connections."""

    senders: int
    min_capacity: float
    max_capacity: int

    def max_connections(self) -> int:
        """Return the number of connections that the database accepts."""
        return (
            MAX_CONNECTIONS[self.max_capacity]
            if self.min_capacity >= 1
            else min(MAX_CONNECTIONS[self.max_capacity], MAX_CONNECTIONS_FROM_HALF_A_UNIT)
        )

    def fits(self, resources: Resources) -> bool:
        return (
            max_instances(resources, self.senders) * CONNECTIONS_PER_INSTANCE <= USABLE_SHARE * self.max_connections()
        )

    def parameters(self, database_secret: str) -> dict[str, str]:
        chosen = {
            "SenderConcurrency": self.senders,
            "DatabaseMinCapacity": self.min_capacity,
            "DatabaseMaxCapacity": self.max_capacity,
        }
        given = {"DatabaseSecret": database_secret, "Provider": "sns"}
        return given | {name: str(value) for name, value in chosen.items()}


def reserved(resources: Resources, function: str) -> int:
    value = resources[function]["Properties"]["ReservedConcurrentExecutions"]["Fn::If"]
    assert value[0] == "HasReservedConcurrency"
    return int(value[1])


def max_instances(resources: Resources, senders: int) -> int:
    """Return the largest number of concurrent instances, old and new ones during a deployment."""
    mappings = {"DeadLetterFunction": "DeadLetterMapping", "ReceiverFunction": "ReceiverMapping"}
    names = ("ApiFunction", "DispatcherFunction", "ReporterFunction", "ImporterFunction", "MigratorFunction")
    bounds = {name: reserved(resources, name) for name in names}
    # A schedule invokes the canary function, which ends long before the next run.
    bounds |= {"SenderFunction": senders, "CanaryFunction": 1}
    bounds |= {
        name: int(resources[mapping]["Properties"]["ScalingConfig"]["MaximumConcurrency"])
        for name, mapping in mappings.items()
    }
    # Functions with an alias also have instances of the previous version for a while.
    aliases = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Lambda::Alias"]
    return sum(bounds.values()) + sum(bounds[alias["FunctionName"]["Ref"]] for alias in aliases)


def is_true(condition: Any, chosen: dict[str, str]) -> bool:
    """Evaluate the condition of a rule as CloudFormation does."""
    ((function, arguments),) = condition.items()
    match function:
        case "Fn::And":
            return all(is_true(each, chosen) for each in arguments)
        case "Fn::Not":
            return not is_true(arguments[0], chosen)
        case "Fn::Equals":
            return bool(value(arguments[0], chosen) == value(arguments[1], chosen))
        case "Fn::Contains":
            return value(arguments[1], chosen) in arguments[0]
    raise AssertionError(function)


def value(given: Any, chosen: dict[str, str]) -> Any:
    return chosen.get(given["Ref"]) if isinstance(given, dict) else given


def is_allowed(source: dict[str, Any], choice: Parameters, database_secret: str = "") -> bool:
    """Return True if the template's rules allow these parameters together."""
    chosen = {"Providers": ""} | choice.parameters(database_secret)
    return all(
        is_true(assertion["Assert"], chosen)
        for rule in source["Rules"].values()
        if is_true(rule["RuleCondition"], chosen)
        for assertion in rule["Assertions"]
    )


@pytest.fixture(scope="session")
def combinations(source: dict[str, Any]) -> list[Parameters]:
    names = ("SenderConcurrency", "DatabaseMinCapacity", "DatabaseMaxCapacity")
    values = (source["Parameters"][name]["AllowedValues"] for name in names)
    return list(itertools.starmap(Parameters, itertools.product(*values)))


def test_functions_never_need_more_connections_than_the_database_accepts(
    source: dict[str, Any], resources: Resources, combinations: list[Parameters]
) -> None:
    checked = [choice for choice in combinations if is_allowed(source, choice)]
    assert not [choice for choice in checked if not choice.fits(resources)]
    names = ("SenderConcurrency", "DatabaseMinCapacity", "DatabaseMaxCapacity")
    assert Parameters(*(source["Parameters"][name]["Default"] for name in names)) in checked


def test_a_database_of_your_own_has_no_rules(source: dict[str, Any], combinations: list[Parameters]) -> None:
    assert all(is_allowed(source, choice, "arn:aws:secretsmanager") for choice in combinations)


def test_rules_forbid_only_two_combinations_that_would_fit(
    source: dict[str, Any], resources: Resources, combinations: list[Parameters]
) -> None:
    forbidden = {choice for choice in combinations if choice.fits(resources) and not is_allowed(source, choice)}
    # Forbidden although they fit, which saves a fourth rule.
    assert {(choice.senders, choice.max_capacity) for choice in forbidden} == {(50, 2), (100, 2)}


def test_the_database_is_encrypted_private_and_backed_up(resources: Resources) -> None:
    cluster = resources["Database"]["Properties"]
    assert cluster["StorageEncrypted"]
    assert cluster["ManageMasterUserPassword"]
    assert cluster["BackupRetentionPeriod"] == {"Ref": "BackupDays"}
    assert resources["DatabaseParameters"]["Properties"]["Parameters"]["rds.force_ssl"] == "1"
    instances = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::RDS::DBInstance"]
    assert instances
    assert all(each["PubliclyAccessible"] is False for each in instances)


def test_only_functions_reach_the_database(resources: Resources) -> None:
    group = resources["DatabaseSecurityGroup"]["Properties"]
    (rule,) = group["SecurityGroupIngress"]
    assert rule["SourceSecurityGroupId"] == {"Fn::GetAtt": ["FunctionsSecurityGroup", "GroupId"]}
    assert (rule["FromPort"], rule["ToPort"]) == (5432, 5432)
    assert "SecurityGroupIngress" not in resources["FunctionsSecurityGroup"]["Properties"]


def test_functions_reach_only_aws_the_provider_and_the_database(resources: Resources) -> None:
    (everywhere,) = resources["FunctionsSecurityGroup"]["Properties"]["SecurityGroupEgress"]
    assert (everywhere["FromPort"], everywhere["ToPort"]) == (443, 443)
    provider = resources["FunctionsToProvider"]
    assert (provider["Condition"], provider["Properties"]["ToPort"]) == ("HasProviderPort", {"Ref": "ProviderPort"})
    database = resources["FunctionsToDatabase"]["Properties"]
    assert database["DestinationSecurityGroupId"] == {"Fn::GetAtt": ["DatabaseSecurityGroup", "GroupId"]}


def test_the_migration_waits_for_its_connection_to_the_database(resources: Resources) -> None:
    condition, prerequisites, nothing = resources["Schema"]["Properties"]["Prerequisites"]["Fn::If"]
    assert (condition, nothing) == ("CreatesDatabase", {"Ref": "AWS::NoValue"})
    routes = {
        name
        for name, each in resources.items()
        if each["Type"] in {"AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::SecurityGroupEgress"}
    }
    assert {each["Ref"] for each in prerequisites} == (routes | {"DatabaseWriter"}) - {"FunctionsToProvider"}


@pytest.mark.parametrize("kind", ["AWS::EC2::", "AWS::RDS::"])
def test_no_database_is_created_if_a_secret_is_given(resources: Resources, kind: str) -> None:
    made = [each for each in resources.values() if each["Type"].startswith(kind)]
    assert made
    of_the_new_network = {
        "CreatesDatabase",
        "HasDatabaseReplica",
        "HasProviderPort",
        "CreatesSecretsEndpoint",
        "HasFlowLogs",
    }
    assert {each["Condition"] for each in made} <= of_the_new_network


def test_functions_reach_secrets_manager_in_either_zone_without_the_gateway(
    source: dict[str, Any], resources: Resources
) -> None:
    assert source["Conditions"]["CreatesSecretsEndpoint"]["Fn::And"][0] == {"Condition": "CreatesDatabase"}
    endpoint = resources["SecretsManagerEndpoint"]["Properties"]
    assert endpoint["PrivateDnsEnabled"] is True
    assert endpoint["SubnetIds"] == [{"Ref": "PrivateSubnetA"}, {"Ref": "PrivateSubnetB"}]
    (ingress,) = resources["SecretsManagerEndpointSecurityGroup"]["Properties"]["SecurityGroupIngress"]
    assert (ingress["FromPort"], ingress["ToPort"]) == (443, 443)
    assert ingress["SourceSecurityGroupId"] == {"Fn::GetAtt": ["FunctionsSecurityGroup", "GroupId"]}
