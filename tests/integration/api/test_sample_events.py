import json
from pathlib import Path

import pytest

from tests.support.functions.gateway import Gateway
from tooling.paths import ROOT

EVENTS = sorted((ROOT / "events" / "api").glob("*.json"))


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_each_sample_event_gets_the_status_in_its_name(call: Gateway, path: Path) -> None:
    assert call.send(json.loads(path.read_text())).status == int(path.stem[-3:])
