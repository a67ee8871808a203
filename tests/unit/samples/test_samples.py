import subprocess
import sys
from pathlib import Path

from api.client_csv import parse_clients

SAMPLES = Path(__file__).parents[3] / "samples"


def test_the_sample_is_what_its_generator_prints() -> None:
    printed = subprocess.run([sys.executable, SAMPLES / "generate.py"], capture_output=True, check=True).stdout
    assert printed == (SAMPLES / "clients.csv").read_bytes()


def test_every_row_is_a_client_of_its_own() -> None:
    parsed = parse_clients((SAMPLES / "clients.csv").read_text())
    assert parsed.refused == []
    assert len({client.phone for client in parsed.clients}) == 1000


def test_all_russian_zones_and_several_tags_are_there() -> None:
    clients = parse_clients((SAMPLES / "clients.csv").read_text()).clients
    assert len({client.timezone for client in clients}) == 15
    assert len({tag for client in clients for tag in client.tags}) >= 5
