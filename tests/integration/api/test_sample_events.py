import json
from pathlib import Path

import pytest

from api.app import handler
from tests.support.gateway import Context

EVENTS = sorted((Path(__file__).parents[3] / "events" / "api").glob("*.json"))


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_a_sample_event_is_answered_as_its_name_says(path: Path) -> None:
    assert handler(json.loads(path.read_text()), Context())["statusCode"] == int(path.stem[-3:])
