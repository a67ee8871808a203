"""Publishing of the admin site, into a stack's bucket and into a folder."""

import json
from pathlib import Path

import pytest

from ops.errors import NoAdminSite, NothingBuilt
from ops.site.export import export
from ops.site.publish import publish

COGNITO = "https://cognito-idp.eu-central-1.amazonaws.com/"
# Outputs of a stack without an admin site.
OUTPUTS = {"ApiUrl": "https://abc.execute-api.eu-central-1.amazonaws.com/api/v1/", "UserPoolClientId": "client"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "dist/assets").mkdir(parents=True)
    (tmp_path / "dist/index.html").write_text("page")
    (tmp_path / "dist/assets/index-1a2b.js").write_text("script")
    return tmp_path / "dist"


def test_a_stack_without_an_admin_site_is_named_with_the_remedy() -> None:
    with pytest.raises(NoAdminSite, match=r"AdminSite=false.*make site-files"):
        publish(OUTPUTS, cognito_url=COGNITO)


def test_the_files_for_another_host_call_the_api_by_its_full_url(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new/site"
    assert export(folder, OUTPUTS, cognito_url=COGNITO, source=built) == 3
    assert (folder / "assets/index-1a2b.js").read_text() == "script"
    config = json.loads((folder / "config.json").read_text())
    assert config == {"api_url": OUTPUTS["ApiUrl"], "cognito_url": COGNITO, "client_id": "client"}


def test_files_of_an_earlier_version_stay(built: Path, tmp_path: Path) -> None:
    export(tmp_path / "site", OUTPUTS, cognito_url=COGNITO, source=built)
    (built / "assets/index-1a2b.js").rename(built / "assets/index-3c4d.js")
    export(tmp_path / "site", OUTPUTS, cognito_url=COGNITO, source=built)
    assert len(list((tmp_path / "site/assets").iterdir())) == 2


def test_a_site_that_is_not_built_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(NothingBuilt, match="make site"):
        export(tmp_path / "site", OUTPUTS, cognito_url=COGNITO, source=tmp_path / "none")
