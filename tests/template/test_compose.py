"""Rules of docker-compose.yml."""

import re
from typing import Any

import pytest
import yaml

from tooling.paths import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
SERVERS = ("postgres", "ministack", "provider")


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_is_healthy_before_the_deployment_starts(name: str) -> None:
    assert "healthcheck" in SERVICES[name]
    assert SERVICES["deployment"]["depends_on"][name] == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", [*SERVERS, "deployment"])
def test_addresses_agree_in_all_services(name: str) -> None:
    assert SERVICES[name]["network_mode"] == "service:machine"


def test_ports_are_published_on_localhost_with_the_same_number() -> None:
    for published in SERVICES["machine"]["ports"]:
        outside, inside = re.fullmatch(r"127\.0\.0\.1:(\$\{.+?\}):(\$\{.+?\})", published).groups()  # type: ignore[union-attr]
        assert outside == inside


def test_the_example_has_every_variable_with_its_default() -> None:
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", TEXT))
    example = (ROOT / ".env.example").read_text()
    assert dict(re.findall(r"^(\w+)=(.*)$", example, re.MULTILINE)) == defaults


def test_data_is_in_volumes() -> None:
    volumes = yaml.safe_load(TEXT)["volumes"]
    kept = {mount.partition(":")[0] for each in SERVICES.values() for mount in each.get("volumes", [])}
    assert kept == set(volumes) == {"postgres", "state"}
