"""What the stages' parameters have to be."""

import pytest
from samtranslator.yaml_helper import yaml_parse

from ops import stages
from tooling.paths import ROOT


@pytest.mark.parametrize("stage", ["default", "prod"])
def test_a_stage_s_parameters_are_the_template_s(stage: str) -> None:
    template = yaml_parse((ROOT / "template.yaml").read_text())
    for name, value in stages.parameters(stage).items():
        allowed = template["Parameters"][name].get("AllowedValues")
        assert allowed is None or value in [str(each) for each in allowed]
    makefile = (ROOT / "layers/shared/Makefile").read_text()
    assert f"PLATFORM_{stages.parameters(stage)['Architecture']} = " in makefile


def test_in_production_data_is_protected_and_code_can_be_taken_back() -> None:
    production = stages.parameters("prod")
    assert (production["DeletionProtection"], production["DatabaseReplica"]) == ("true", "true")
    assert production["TrafficShift"] != "AllAtOnce"
