"""A client that openapi-python-client generates from the document calls the API over HTTP."""

import importlib
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.fuzz.gateway_server import serving
from tests.support.functions.api import api_over
from tooling import api_client
from tooling.errors import CommandError

DOCUMENT = json.loads(api_client.DOCUMENT.read_text())
OPERATIONS = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
PACKAGE = "notifications_client"
CSV = b"phone,timezone,tags\n79260000001,Europe/Moscow,vip\n79260000002,Asia/Omsk,vip\n7926,Asia/Omsk,\n"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Generate the client, make it importable, and return the generator's messages."""
    folder = tmp_path_factory.mktemp("generated") / "client"
    messages = api_client.generate(folder)
    sys.path.insert(0, str(folder))
    yield messages
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def module(name: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.{name}")


def snake_case(operation_id: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation_id).lower()


def operation(operation_id: str) -> Any:
    """Return the client's module of an operation."""
    (tag,) = [each["tags"][0] for each in OPERATIONS if each["operationId"] == operation_id]
    return module(f"api.{tag}.{snake_case(operation_id)}")


@pytest.fixture
def send(generated: str, engine: Engine) -> Iterator[Callable[..., Any]]:
    """Call an operation as an operator; its answer must be a success."""
    assert generated
    with (
        serving(api_over(engine)) as url,
        module("client").AuthenticatedClient(base_url=url, token="operator") as client,
    ):

        def call(operation_id: str, *arguments: Any, **parameters: Any) -> Any:
            response = operation(operation_id).sync_detailed(*arguments, client=client, **parameters)
            assert response.status_code < 300, response.content
            return response.parsed

        yield call


@pytest.fixture
def models(generated: str) -> SimpleNamespace:
    assert generated
    return SimpleNamespace(**vars(module("models")))


def test_every_operation_is_generated(generated: str) -> None:
    assert "Endpoint will not be generated" not in generated
    # The type that the generator does not know has another one beside it, in the document.
    assert set(re.findall("Unsupported .*", generated)) == {"Unsupported content type text/csv"}
    assert len(OPERATIONS) > 30
    for each in OPERATIONS:
        assert callable(operation(each["operationId"]).sync_detailed)


def test_a_model_has_its_fields_in_the_declared_order(models: SimpleNamespace) -> None:
    assert models.Window("09:00", "21:00").to_dict() == {"start": "09:00", "end": "21:00"}
    assert list(models.ClientInput("79260000003", timezone="UTC").to_dict()) == ["phone", "timezone"]


def test_the_client_creates_imports_and_lists_clients(send: Callable[..., Any], models: SimpleNamespace) -> None:
    new = models.ClientInput(phone="79260000003", timezone="Europe/Moscow", tags=["vip"])
    assert send("createClient", body=new).phone == "79260000003"
    imported = send("importClients", body=module("types").File(io.BytesIO(CSV)))
    assert (imported.created, [each.line for each in imported.refused]) == (2, [4])
    listed = send("listClients", tag="vip", limit=2)
    assert [each.phone for each in listed.items] == ["79260000003", "79260000001"]
    assert [each.phone for each in send("listClients", tag="vip", cursor=listed.next_).items] == ["79260000002"]
    changed = send("updateClient", "79260000003", body=models.ClientChange(tags=[]))
    assert (changed.tags, changed.timezone) == ([], "Europe/Moscow")
    assert send("getClient", "79260000003").to_dict() == changed.to_dict() | {"opt_out": None}
    opted_out = send("createOptOut", body=models.OptOutInput(phone="79260000003", scope=models.OptOutScope.MARKETING))
    assert send("getClient", "79260000003").opt_out.scope == opted_out.scope
    recorded = send("importOptOuts", body=module("types").File(io.BytesIO(b"phone\n79260000003\n")))
    assert (recorded.updated, [each.phone for each in send("listOptOuts").items]) == (1, ["79260000003"])
    assert send("exportClients", tag="vip").splitlines()[0].startswith("phone,")
    send("createTag", body=models.TagInput(name="a/b"))
    assert send("getTag", "a/b").name == "a/b"
    send("createTag", body=models.TagInput(name="50% off? #1 + новый/.."))
    assert send("getTagByName", name="50% off? #1 + новый/..").clients == 0


def test_the_client_creates_a_mailing_and_reads_its_statistics(
    send: Callable[..., Any], models: SimpleNamespace
) -> None:
    send("importClients", body=module("types").File(io.BytesIO(CSV)))
    new = models.MailingInput.from_dict(
        {
            "text": "Hello",
            "starts_at": "2030-01-01T10:00:00Z",
            "ends_at": "2030-01-02T10:00:00Z",
            "filter": {"tags": ["vip"]},
            "send_window": {"start": "09:00", "end": "21:00"},
        }
    )
    assert send("previewMailing", body=new).audience == 2
    first, again = (send("createMailing", body=new, idempotency_key="k") for _ in range(2))
    assert first == again
    assert (first.send_window.start, first.send_window.end) == ("09:00", "21:00")
    assert send("pauseMailing", first.id).status == models.MailingStatus.PAUSED
    assert [each.id for each in send("listMailings", status=models.MailingStatus.PAUSED).items] == [first.id]
    assert send("getStatistics").mailings.paused == 1
    assert send("getMailingStatistics", first.id).stats.total == 0
    assert send("listMessages", first.id).items == []
    assert send("explainMessage", first.id, phone="79260000001").verdict


def test_an_error_is_a_problem_with_its_code(send: Callable[..., Any], models: SimpleNamespace) -> None:
    with pytest.raises(AssertionError, match="client_not_found"):
        send("getClient", "79260000009")
    assert models.ProblemCode.CLIENT_NOT_FOUND == "client_not_found"


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CommandError, match="has other files"):
        api_client.generate(tmp_path)
