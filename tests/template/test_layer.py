"""Contents of the layer."""

import re

from tooling.paths import ROOT

_CLIENT = re.compile(r'boto3\.client\(\s*"([a-z0-9-]+)"')
_SERVICES = re.compile(r"^SERVICES = (.*)$", re.MULTILINE)


def test_the_layer_has_only_the_botocore_services_in_use() -> None:
    sources = [
        path for folder in ("functions", "layers/shared/notifications") for path in (ROOT / folder).rglob("*.py")
    ]
    asked = {name for path in sources for name in _CLIENT.findall(path.read_text())}
    kept = _SERVICES.search((ROOT / "layers/shared/Makefile").read_text())
    assert kept
    assert set(kept[1].split()) == asked
