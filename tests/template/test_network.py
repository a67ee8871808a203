"""Rules of the network, of the database and of the number of its connections."""

import itertools
from dataclasses import dataclass
from typing import Any

import pytest

from notifications.database.engine import CONNECTIONS_PER_INSTANCE

type Resources = dict[str, Any]

# The connections that PostgreSQL on Aurora Serverless v2 takes, by the most capacity, as AWS lists them; 2 units are
# not listed, and taken for twice one.
TAKEN = {1: 189, 2: 378, 4: 823, 8: 1_669, 16: 3_360, 32: 5_000, 64: 5_000, 128: 5_000}
# The most with a least capacity of half a unit.
TAKEN_FROM_HALF_A_UNIT = 2_000
# The rest is for a person and for RDS itself.
SHARE = 0.9


@dataclass(frozen=True)
class Choice:
    """Parameters of a deployment that determine the numbers of needed and accepted connections."""

    senders: int
    least: float
    most: int

    def taken(self) -> int:
        """Return the number of connections that the database accepts."""
        return TAKEN[self.most] if self.least >= 1 else min(TAKEN[self.most], TAKEN_FROM_HALF_A_UNIT)

    def fits(self, resources: Resources) -> bool:
        return workers(resources, self.senders) * CONNECTIONS_PER_INSTANCE <= SHARE * self.taken()

    def parameters(self, database_url: str) -> dict[str, str]:
        chosen = {
            "SenderConcurrency": self.senders,
            "DatabaseMinCapacity": self.least,
            "DatabaseMaxCapacity": self.most,
        }
        return {"DatabaseUrl": database_url} | {name: str(value) for name, value in chosen.items()}


def reserved(resources: Resources, function: str) -> int:
    value = resources[function]["Properties"]["ReservedConcurrentExecutions"]["Fn::If"]
    assert value[0] == "HasReservedConcurrency"
    return int(value[1])


def workers(resources: Resources, senders: int) -> int:
    """Return the largest number of concurrent instances, old and new ones during a deployment."""
    dead_letters = resources["DeadLetterMapping"]["Properties"]["ScalingConfig"]["MaximumConcurrency"]
    names = ("ApiFunction", "DispatcherFunction", "ReporterFunction", "MigratorFunction")
    bounds = {name: reserved(resources, name) for name in names}
    bounds |= {"DeadLetterFunction": int(dead_letters), "SenderFunction": senders}
    # Beside the new instances of what has an alias those of the version before stay for a while.
    aliases = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Lambda::Alias"]
    return sum(bounds.values()) + sum(bounds[alias["FunctionName"]["Ref"]] for alias in aliases)


def holds(condition: Any, chosen: dict[str, str]) -> bool:
    """Evaluate the condition of a rule as CloudFormation does."""
    ((function, arguments),) = condition.items()
    match function:
        case "Fn::And":
            return all(holds(each, chosen) for each in arguments)
        case "Fn::Not":
            return not holds(arguments[0], chosen)
        case "Fn::Equals":
            return bool(value(arguments[0], chosen) == value(arguments[1], chosen))
        case "Fn::Contains":
            return value(arguments[1], chosen) in arguments[0]
    raise AssertionError(function)


def value(given: Any, chosen: dict[str, str]) -> Any:
    return chosen.get(given["Ref"]) if isinstance(given, dict) else given


def allowed(source: dict[str, Any], choice: Choice, database_url: str = "new") -> bool:
    """Return True if the template's rules allow these parameters together."""
    chosen = choice.parameters(database_url)
    return all(
        holds(assertion["Assert"], chosen)
        for rule in source["Rules"].values()
        if holds(rule["RuleCondition"], chosen)
        for assertion in rule["Assertions"]
    )


@pytest.fixture(scope="session")
def choices(source: dict[str, Any]) -> list[Choice]:
    names = ("SenderConcurrency", "DatabaseMinCapacity", "DatabaseMaxCapacity")
    values = (source["Parameters"][name]["AllowedValues"] for name in names)
    return list(itertools.starmap(Choice, itertools.product(*values)))


def test_functions_never_need_more_connections_than_the_database_accepts(
    source: dict[str, Any], resources: Resources, choices: list[Choice]
) -> None:
    checked = [choice for choice in choices if allowed(source, choice)]
    assert not [choice for choice in checked if not choice.fits(resources)]
    names = ("SenderConcurrency", "DatabaseMinCapacity", "DatabaseMaxCapacity")
    assert Choice(*(source["Parameters"][name]["Default"] for name in names)) in checked


def test_an_empty_database_url_has_the_rules_of_a_new_database(source: dict[str, Any], choices: list[Choice]) -> None:
    assert all(allowed(source, choice, "") == allowed(source, choice) for choice in choices)
    assert all(allowed(source, choice, "postgresql://user:password@host/name") for choice in choices)


def test_rules_forbid_only_two_choices_that_would_fit(
    source: dict[str, Any], resources: Resources, choices: list[Choice]
) -> None:
    forbidden = {choice for choice in choices if choice.fits(resources) and not allowed(source, choice)}
    # The exceptions: they are for the sake of three rules and not four.
    assert {(choice.senders, choice.most) for choice in forbidden} == {(50, 2), (100, 2)}


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
def test_no_database_is_created_if_a_url_is_given(resources: Resources, kind: str) -> None:
    made = [each for each in resources.values() if each["Type"].startswith(kind)]
    assert made
    assert {each["Condition"] for each in made} <= {"CreatesDatabase", "HasDatabaseReplica", "HasProviderPort"}
