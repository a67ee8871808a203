"""The law of the network and the database, and of who may be connected to it at once."""

import itertools
from typing import Any

import pytest

from notifications.database import CONNECTIONS_PER_INSTANCE

type Resources = dict[str, Any]

# PostgreSQL on Aurora: LEAST(DBInstanceClassMemory / 9531392, 5000), of 2 GiB a capacity unit.
BYTES_A_CONNECTION = 9_531_392
BYTES_A_UNIT = 2 * 1024**3
MOST = 5_000
# For a person, for RDS itself, and for the pool of a version that is on its way out.
SHARE = 0.9


def taken(capacity: int) -> int:
    """The connections that a database takes."""
    return min(capacity * BYTES_A_UNIT // BYTES_A_CONNECTION, MOST)


def reserved(resources: Resources, function: str) -> int:
    value = resources[function]["Properties"]["ReservedConcurrentExecutions"]["Fn::If"]
    assert value[0] == "ReservesConcurrency"
    return int(value[1])


def workers(resources: Resources, senders: int) -> int:
    """All instances that there can be at once."""
    dead_letters = resources["DeadLetterMapping"]["Properties"]["ScalingConfig"]["MaximumConcurrency"]
    names = ("ApiFunction", "DispatcherFunction", "ReporterFunction", "MigratorFunction")
    return sum(reserved(resources, name) for name in names) + int(dead_letters) + senders


def allowed(source: dict[str, Any], senders: int, capacity: int) -> bool:
    """Whether the template's rules let these two be chosen together."""
    for rule in source["Rules"].values():
        condition = str(rule["RuleCondition"])
        (assertion,) = rule["Assertions"]
        needed, parameter = assertion["Assert"]["Fn::Contains"]
        if parameter == {"Ref": "DatabaseMaxCapacity"} and f"'{senders}'" in condition and str(capacity) not in needed:
            return False
    return True


def test_workers_never_want_more_connections_than_the_database_takes(
    source: dict[str, Any], resources: Resources
) -> None:
    parameters = source["Parameters"]
    choices = itertools.product(
        *(parameters[name]["AllowedValues"] for name in ("SenderConcurrency", "DatabaseMaxCapacity"))
    )
    checked = [each for each in choices if allowed(source, *each)]
    for senders, capacity in checked:
        assert workers(resources, senders) * CONNECTIONS_PER_INSTANCE <= SHARE * taken(capacity), (senders, capacity)
    assert (parameters["SenderConcurrency"]["Default"], parameters["DatabaseMaxCapacity"]["Default"]) in checked


def test_the_rules_forbid_no_more_than_they_have_to(source: dict[str, Any], resources: Resources) -> None:
    fits = {
        (senders, capacity)
        for senders in source["Parameters"]["SenderConcurrency"]["AllowedValues"]
        for capacity in source["Parameters"]["DatabaseMaxCapacity"]["AllowedValues"]
        if workers(resources, senders) <= SHARE * taken(capacity)
    }
    # 200 senders would do with 2 units too: the one exception, for the sake of two rules and not three.
    assert {each for each in fits if not allowed(source, *each)} <= {(200, 2)}


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


def test_the_functions_get_out_to_aws_the_provider_and_the_database_only(resources: Resources) -> None:
    (everywhere,) = resources["FunctionsSecurityGroup"]["Properties"]["SecurityGroupEgress"]
    assert (everywhere["FromPort"], everywhere["ToPort"]) == (443, 443)
    provider = resources["FunctionsToProvider"]
    assert (provider["Condition"], provider["Properties"]["ToPort"]) == ("HasProviderPort", {"Ref": "ProviderPort"})
    database = resources["FunctionsToDatabase"]["Properties"]
    assert database["DestinationSecurityGroupId"] == {"Fn::GetAtt": ["DatabaseSecurityGroup", "GroupId"]}


def test_the_migration_waits_for_its_way_to_the_database(resources: Resources) -> None:
    condition, way, nothing = resources["Schema"]["Properties"]["Way"]["Fn::If"]
    assert (condition, nothing) == ("MakesDatabase", {"Ref": "AWS::NoValue"})
    routes = {
        name
        for name, each in resources.items()
        if each["Type"] in {"AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::SecurityGroupEgress"}
    }
    assert {each["Ref"] for each in way} == (routes | {"DatabaseWriter"}) - {"FunctionsToProvider"}


@pytest.mark.parametrize("kind", ["AWS::EC2::", "AWS::RDS::"])
def test_nothing_of_it_is_made_beside_a_database_of_one_s_own(resources: Resources, kind: str) -> None:
    made = [each for each in resources.values() if each["Type"].startswith(kind)]
    assert made
    assert {each["Condition"] for each in made} <= {"MakesDatabase", "HasReplica", "HasProviderPort"}
