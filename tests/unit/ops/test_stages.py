"""Parameters of the stages in samconfig.toml."""

import shlex
from pathlib import Path

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


def test_what_the_guided_deployment_saves_is_read_and_handed_on(tmp_path: Path) -> None:
    saved = r"Architecture=\"arm64\" AdminEmail=\"\" ReportRecipients=\"a@b.example, c@b.example\""
    file = tmp_path / "samconfig.toml"
    file.write_text(f'[default.deploy.parameters]\nparameter_overrides = "{saved}"\n')
    known = stages.parameters("default", file)
    assert known == {"Architecture": "arm64", "AdminEmail": "", "ReportRecipients": "a@b.example, c@b.example"}
    assert shlex.split(stages.overrides(known)) == [
        "Architecture=arm64",
        'AdminEmail=""',
        'ReportRecipients="a@b.example, c@b.example"',
    ]


def test_a_stage_that_is_not_known_is_named() -> None:
    with pytest.raises(SystemExit, match="no parameters of a stage 'dev'"):
        stages.main("dev")
