"""Export followed by import changes nothing, for any names and types of attributes, in both formats."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from notifications.clients.attributes.values import LARGEST_INTEGER
from tests.support.database.contents import fuzzed
from tests.support.functions.api import api_over
from tests.support.functions.gateway import Gateway

FORMATS = ["csv", "excel"]
PHONE = "79260000001"

quotable = st.sampled_from(
    ["5", "-5", "0.1", "1e-07", "true", "null", "", '"', "TRUE", "1.50", "007", "NaN", "=1", "'"]
)
storable = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(storable, max_size=40) | st.builds(
    lambda core, quotes: '"' * quotes + core + '"' * quotes, quotable, st.integers(0, 3)
)
numbers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | st.floats(
    -LARGEST_INTEGER, LARGEST_INTEGER, allow_subnormal=False
)
values = texts | quotable | st.booleans() | numbers
names = st.from_regex(r"[a-zA-Z_]\w{0,20}", fullmatch=True) | st.sampled_from(["Phone", "TAGS", "Timezone"])
attributes = st.dictionaries(names, values, max_size=8)


def stored(engine: Engine) -> Any:
    """Return every client and attribute name, with the types of JSON and the times of the last change."""
    with engine.connect() as connection:
        clients = connection.execute(text("SELECT phone, attributes::text, updated_at FROM client ORDER BY id")).all()
        return clients, connection.execute(text("SELECT name FROM attribute ORDER BY name")).all()


def export(call: Gateway, file_format: str) -> bytes:
    """Return the whole export as one file."""
    answer = call("GET", f"client/export/?format={file_format}")
    assert "Link" not in answer.headers
    return answer.body


@pytest.mark.parametrize("file_format", FORMATS)
@fuzzed(100)
@given(first=attributes, second=attributes)
def test_any_attributes_survive(
    engine: Engine, file_format: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    call = api_over(engine)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE client, attribute CASCADE"))
    for number, each in enumerate([first, second]):
        new = {"phone": f"7926000000{number}", "timezone": "UTC", "attributes": each, "tags": [f"t{number}"]}
        answer = call("POST", "client/", new)
        if answer.status == 422:  # a name that is no placeholder
            return
        assert answer.status == 201
    before = stored(engine)
    file = export(call, file_format)
    assert call("POST", "client/import/", file).json | {"rows": []} == {
        "created": 0, "updated": 2, "refused": [], "overridden_rows": 0, "overridden": [], "rows": [],
    }  # fmt: skip
    assert stored(engine) == before
    # Into an empty base as well, where nothing is kept from before.
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE client CASCADE"))
    assert call("POST", "client/import/", file).json["created"] == 2
    assert [(phone, own) for phone, own, _ in stored(engine)[0]] == [(phone, own) for phone, own, _ in before[0]]


@pytest.mark.parametrize("file_format", FORMATS)
def test_any_number_of_names_survives(call: Gateway, engine: Engine, file_format: str) -> None:
    for number in range(20):
        own = {f"a{number}_{n}": n for n in range(50)}
        call("POST", "client/", {"phone": f"792600000{number:02d}", "timezone": "UTC", "attributes": own})
    before = stored(engine)
    assert len(before[1]) == 1_000
    answer = call("POST", "client/import/", export(call, file_format)).json
    assert (answer["updated"], answer["refused"]) == (20, [])
    assert stored(engine) == before


@pytest.mark.parametrize(
    ("cell", "value"),
    [("5", 5), ("-5", -5), ("0.1", 0.1), ("true", True), ("false", False), ('"5"', "5"), ('"true"', "true"),
     ('""', ""), ('""5""', '"5"'), ('"Ann"', '"Ann"'), ('"', '"'), ("1.50", "1.50"), ("007", "007"), ("TRUE", "TRUE"),
     ("null", "null"), ("NaN", "NaN"), ("1e5", "1e5"), ("+5", "+5"), (" 5", " 5"),
     ("9007199254740993", "9007199254740993"),
     ("9" * 30, "9" * 30)],
)  # fmt: skip
def test_the_type_of_a_cell(call: Gateway, cell: str, value: object) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    call("POST", "client/import/", f"phone,timezone,x\n{PHONE},UTC,{quoted}\n")
    assert json.dumps(call("GET", f"client/{PHONE}/").json["attributes"]) == json.dumps({"x": value})


@pytest.mark.parametrize(("before", "cell"), [(1, "true"), (1, "1.0"), (True, "1"), (0, "false")])
def test_an_import_changes_a_type_alone(call: Gateway, before: object, cell: str) -> None:
    call("POST", "client/", {"phone": PHONE, "timezone": "UTC", "attributes": {"x": before}})
    call("POST", "client/import/", f"phone,timezone,x\n{PHONE},UTC,{cell}\n")
    assert json.dumps(call("GET", f"client/{PHONE}/").json["attributes"]) == f'{{"x": {cell}}}'


def test_excel_gets_a_byte_order_mark_and_semicolons_on_every_page(call: Gateway) -> None:
    call("POST", "client/import/", "phone,timezone,tags\n79260000001,UTC,a;b\n79260000002,UTC,\n")
    header = "\ufeffphone;operator_code;tags;timezone;consent_at;consent_source\r\n"
    first = call("GET", "client/export/?format=excel&limit=1")
    assert first.text == f"{header}79260000001;926;a|b;UTC;;\r\n"
    second = call("GET", f"client/export/{first.headers['Link'][1:-13]}")
    assert second.text == f"{header}79260000002;926;;UTC;;\r\n"


def test_a_client_never_gets_more_attributes_than_can_be_imported(call: Gateway) -> None:
    for prefix in "ab":
        columns = ",".join(f"{prefix}{n}" for n in range(30))
        body = f"phone,timezone,{columns}\n{PHONE},UTC{',x' * 30}\n79260000002,UTC{',' * 30}\n"
        answer = call("POST", "client/import/", body).json
    assert (answer["created"], answer["updated"]) == (0, 1)
    assert [(each["line"], each["field"], each["code"]) for each in answer["refused"]] == [
        (2, "attributes", "attributes_too_many")
    ]
    assert len(call("GET", f"client/{PHONE}/").json["attributes"]) == 30
