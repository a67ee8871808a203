"""Parameters of the stages in samconfig.toml."""

import pytest
from samtranslator.yaml_helper import yaml_parse

from ops import stages
from tooling.paths import ROOT


@pytest.mark.parametrize("stage", ["default", "prod"])
def test_every_parameter_of_a_stage_is_in_the_template(stage: str) -> None:
    template = yaml_parse((ROOT / "template.yaml").read_text())
    for name, value in stages.parameters(stage).items():
        allowed = template["Parameters"][name].get("AllowedValues")
        assert allowed is None or value in [str(each) for each in allowed]
    makefile = (ROOT / "layers/shared/Makefile").read_text()
    assert f"PLATFORM_{stages.parameters(stage)['Architecture']} = " in makefile


def test_production_protects_data_and_shifts_traffic() -> None:
    production = stages.parameters("prod")
    assert (production["DeletionProtection"], production["DatabaseReplica"]) == ("true", "true")
    assert production["TrafficShift"] != "AllAtOnce"
