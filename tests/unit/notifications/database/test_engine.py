"""Connections to the database: verification of the server."""

import re
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import make_url

from notifications.database import engine as database

TLS = "postgresql://user:password@db.example.org/notifications"


@pytest.fixture
def known() -> list[Any]:
    """Root certificates of RDS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(database.RDS_ROOTS)
    return context.get_ca_certs()


def test_the_bundle_has_the_roots_of_rds_and_no_others(known: list[Any]) -> None:
    names = [dict(part[0] for part in each["subject"])["commonName"] for each in known]
    assert all(
        re.fullmatch(r"Amazon RDS [a-z]{2}-[a-z]+-[0-9] Root CA (RSA2048|RSA4096|ECC384) G1", name) for name in names
    )
    assert {"Amazon RDS us-east-1 Root CA RSA2048 G1", "Amazon RDS eu-central-1 Root CA RSA2048 G1"} <= set(names)
    assert len(names) == len(set(names)) == 3 * len({name.split()[2] for name in names})


def test_the_roots_are_valid_for_another_year(known: list[Any]) -> None:
    ends = [datetime.fromtimestamp(ssl.cert_time_to_seconds(each["notAfter"]), UTC) for each in known]
    assert min(ends) > datetime.now(UTC) + timedelta(days=365)


def test_the_server_s_certificate_and_name_are_verified() -> None:
    assert database._tls(make_url(TLS))["sslmode"] == "verify-full"


def test_rds_is_verified_by_the_roots_of_rds_and_other_servers_by_those_of_the_system() -> None:
    of_rds = make_url("postgresql://user:password@db.abc.eu-central-1.rds.amazonaws.com/n")
    assert database._tls(of_rds)["sslrootcert"] == str(database.RDS_ROOTS)
    impostor = make_url("postgresql://user:password@rds.amazonaws.com.example.org/n")
    assert database._tls(impostor)["sslrootcert"] != str(database.RDS_ROOTS)


def test_a_proxy_of_rds_is_verified_by_the_roots_of_the_system() -> None:
    proxy = make_url("postgresql://user:password@n.proxy-abc.eu-central-1.rds.amazonaws.com/n")
    assert database._tls(proxy)["sslrootcert"] != str(database.RDS_ROOTS)


def test_other_settings_of_certificate_verification_are_refused() -> None:
    with pytest.raises(ValueError, match="'prefer'"):
        database.engine(f"{TLS}?sslmode=prefer")


def test_a_url_of_an_older_stack_still_works() -> None:
    old = database.engine("postgresql+pg8000://user:password@db.example.org/notifications?sslmode=disable")
    assert old.driver == "psycopg"


def test_another_url_closes_the_connections_to_the_previous_one() -> None:
    first = database.engine(f"{TLS}?sslmode=disable")
    assert database.engine(f"{TLS}?sslmode=disable") is first
    assert database.engine("postgresql://user:rotated@db.example.org/n?sslmode=disable") is not first
    assert database.engine(f"{TLS}?sslmode=disable") is not first
