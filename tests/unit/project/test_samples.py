import csv
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest

from notifications.clients.imports.csv_format import Rules, parse_clients
from tooling.paths import ROOT

SAMPLES = ROOT / "samples"
RUSSIAN_ZONES = {
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
}
FOREIGN_ZONES = {"Asia/Almaty", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return list(csv.DictReader((SAMPLES / "clients.csv").read_text(encoding="utf-8").splitlines()))


def test_the_sample_equals_the_output_of_its_generator() -> None:
    printed = subprocess.run([sys.executable, SAMPLES / "generate.py"], capture_output=True, check=True).stdout
    assert printed == (SAMPLES / "clients.csv").read_bytes()


def test_the_file_has_its_header_and_plain_line_ends() -> None:
    body = (SAMPLES / "clients.csv").read_bytes()
    assert body.startswith(b"phone,operator_code,tags,timezone\n")
    assert b"\r" not in body
    assert body.count(b"\n") == 1001


def test_every_row_is_a_different_client() -> None:
    rules = Rules(country=None, default_timezone=None, now=datetime.now(UTC))
    parsed = parse_clients((SAMPLES / "clients.csv").read_text(encoding="utf-8"), rules)
    assert parsed.refused == []
    assert len({client.phone for client in parsed.clients}) == 1000


def test_a_phone_has_its_operator_code(rows: list[dict[str, str]]) -> None:
    assert all(row["phone"][1:4] == row["operator_code"] for row in rows)
    assert {row["operator_code"][0] for row in rows} == {"9"}


def test_all_zones_occur_and_most_clients_are_in_moscow(rows: list[dict[str, str]]) -> None:
    zones = Counter(row["timezone"] for row in rows)
    assert zones.keys() == RUSSIAN_ZONES | FOREIGN_ZONES
    assert zones.most_common(1)[0][0] == "Europe/Moscow"


def test_some_clients_have_several_tags_and_some_have_none(rows: list[dict[str, str]]) -> None:
    tags = [row["tags"].split(";") if row["tags"] else [] for row in rows]
    assert {"vip", "new", "loyal", "discount", "moscow"} <= {tag for each in tags for tag in each}
    assert sum(len(each) > 1 for each in tags) > 300
    assert sum(not each for each in tags) > 50
