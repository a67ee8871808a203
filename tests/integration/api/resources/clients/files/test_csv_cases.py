"""Reads the files of the shared cases through the API; the tests of the admin site read the same ones."""

from typing import Any

import pytest

from tests.support.functions.gateway import Gateway
from tests.support.importer.csv_cases import CASES, Case, bytes_of, name_of, refusal_of

ACCEPTED = [each for each in CASES if refusal_of(each) is None]
REFUSED = [each for each in CASES if refusal_of(each) is not None]


def client_of(row: dict[str, Any]) -> dict[str, Any]:
    cells = row["cells"]
    return {
        "phone": cells["phone"],
        "operator_code": "926",
        "tags": [],
        "timezone": cells["timezone"],
        "attributes": {name: cell for name, cell in cells.items() if name not in {"phone", "timezone"}},
    }


@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_a_file_gives_its_rows(call: Gateway, case: Case) -> None:
    answer = call("POST", "client/import/", bytes_of(case).decode())
    result = answer.json
    assert (result["created"], result["refused"], result["overridden"]) == (len(case["rows"]), [], [])
    assert [each["line"] for each in result["rows"]] == [row["line"] for row in case["rows"]]
    stored = call("GET", "client/?sort=phone").json["items"]
    assert stored == [each | client_of(row) for each, row in zip(stored, case["rows"], strict=True)]


@pytest.mark.parametrize("case", REFUSED, ids=name_of)
@pytest.mark.parametrize("as_text", [True, False])
def test_a_file_is_refused_with_its_line_and_nothing_is_stored(call: Gateway, *, as_text: bool, case: Case) -> None:
    """Post the file as text, in which the gateway replaces bytes that are not UTF-8, and as base64."""
    data = bytes_of(case)
    answer = call("POST", "client/import/", data.decode("utf-8", "replace") if as_text else data)
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert {"code": error["code"], "params": error["params"]} == refusal_of(case)
    assert call("GET", "client/").json["items"] == []
